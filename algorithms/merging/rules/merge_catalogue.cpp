#include "algorithms/merging/rules/average.hpp"
#include "algorithms/merging/rules/dimat.hpp"
#include "algorithms/merging/rules/dimat_paper.hpp"
#include "algorithms/merging/rules/ot_fusion.hpp"
#include "algorithms/merging/rules/sync.hpp"
#include "algorithms/merging/rules/zipit.hpp"

namespace echelon::merging {

const merge_rule_catalogue& merge_rules() {
  static const merge_rule_catalogue known{"merging.policy",
                                          {
                                              policy_entry<average, merge_rule>(),
                                              policy_entry<dimat, merge_rule>(),
                                              policy_entry<dimat_paper, merge_rule>(),
                                              policy_entry<sync, merge_rule>(),
                                              policy_entry<zipit, merge_rule>(),
                                              policy_entry<ot_fusion, merge_rule>(),
                                          }};
  return known;
}

}  // namespace echelon::merging
