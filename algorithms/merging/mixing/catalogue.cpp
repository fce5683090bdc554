#include "algorithms/merging/mixing/consensus_descent.hpp"
#include "algorithms/merging/mixing/corrected_rules.hpp"
#include "algorithms/merging/mixing/cross_gradient_rule.hpp"
#include "algorithms/merging/mixing/momentum_rules.hpp"
#include "algorithms/merging/mixing/pairwise_rules.hpp"
#include "algorithms/merging/mixing/push_sum.hpp"
#include "algorithms/merging/mixing/reference_rules.hpp"

namespace echelon::merging {
namespace {

template <class Rule>
mixing_rule_catalogue::entry rule_entry() {
  return policy_entry<Rule, mixing_rule>();
}

}  // namespace

const mixing_rule_catalogue& mixing_rules() {
  static const mixing_rule_catalogue known{"merging.policy",
                                           {
                                               rule_entry<cdsgd>(),
                                               rule_entry<cdmsgd>(),
                                               rule_entry<stochastic_gradient_push>(),
                                               rule_entry<cross_gradient_aggregation>(),
                                               rule_entry<ad_psgd>(),
                                               rule_entry<swarm_sgd>(),
                                               rule_entry<ld_sgd>(),
                                               rule_entry<quasi_global_momentum>(),
                                               rule_entry<decentlam>(),
                                               rule_entry<d2>(),
                                               rule_entry<gradient_tracking>(),
                                               rule_entry<all_reduce>(),
                                               rule_entry<fed_avg>(),
                                           }};
  return known;
}

}  // namespace echelon::merging
