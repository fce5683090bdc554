#include "algorithms/coding/asynchronous.hpp"
#include "algorithms/coding/communication_efficient.hpp"
#include "algorithms/coding/cyclic.hpp"
#include "algorithms/coding/cyclic_mds.hpp"
#include "algorithms/coding/cyclic_repetition.hpp"
#include "algorithms/coding/dynamic/backup_tasks.hpp"
#include "algorithms/coding/dynamic/dynamic_clustering.hpp"
#include "algorithms/coding/dynamic/masks.hpp"
#include "algorithms/coding/dynamic/oracle.hpp"
#include "algorithms/coding/dynamic/timeout.hpp"
#include "algorithms/coding/dynamic/two_stage.hpp"
#include "algorithms/coding/erasure_head.hpp"
#include "algorithms/coding/fractional_repetition.hpp"
#include "algorithms/coding/gradient_code.hpp"
#include "algorithms/coding/heterogeneity_aware.hpp"
#include "algorithms/coding/ignore_stragglers.hpp"
#include "algorithms/coding/partially_coded.hpp"
#include "algorithms/coding/polynomial.hpp"
#include "algorithms/coding/sampled_codes.hpp"
#include "algorithms/coding/uncoded.hpp"

namespace echelon::coding {
namespace {

template <class Code>
code_catalogue::entry code_entry() {
  return policy_entry<Code, gradient_code, const code_shape&>();
}

}  // namespace

const code_catalogue& codes() {
  static const code_catalogue known{"coding.policy",
                                    {
                                        code_entry<uncoded>(),
                                        code_entry<ignore_stragglers>(),
                                        code_entry<asynchronous>(),
                                        code_entry<fractional_repetition>(),
                                        code_entry<cyclic>(),
                                        code_entry<polynomial>(),
                                        code_entry<cyclic_mds>(),
                                        code_entry<heterogeneity_aware>(),
                                        code_entry<communication_efficient>(),
                                        code_entry<partially_coded>(),
                                        code_entry<cyclic_repetition>(),
                                        code_entry<erasure_head>(),
                                        code_entry<bernoulli_code>(),
                                        code_entry<stochastic_block>(),
                                        code_entry<expander>(),
                                        code_entry<masks>(),
                                        code_entry<two_stage>(),
                                        code_entry<dynamic_clustering>(),
                                        code_entry<backup_tasks>(),
                                        code_entry<timeout>(),
                                        code_entry<oracle>(),
                                    }};
  return known;
}

}  // namespace echelon::coding
