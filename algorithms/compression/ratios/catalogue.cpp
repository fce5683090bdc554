#include "algorithms/compression/ratios/accordion.hpp"
#include "algorithms/compression/ratios/dagc_a.hpp"
#include "algorithms/compression/ratios/dagc_r.hpp"
#include "algorithms/compression/ratios/dagc_r_paper.hpp"
#include "algorithms/compression/ratios/dagc_r_phi.hpp"
#include "algorithms/compression/ratios/uniform.hpp"

namespace echelon::compression {

const ratio_catalogue& ratio_policies() {
  static const ratio_catalogue known{"compression.ratios",
                                     {
                                         policy_entry<uniform, ratio_policy>(),
                                         policy_entry<dagc_r, ratio_policy>(),
                                         policy_entry<dagc_r_paper, ratio_policy>(),
                                         policy_entry<dagc_r_phi, ratio_policy>(),
                                         policy_entry<dagc_a, ratio_policy>(),
                                         policy_entry<accordion, ratio_policy>(),
                                     }};
  return known;
}

}  // namespace echelon::compression
