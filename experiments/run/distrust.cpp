#include "experiments/run/distrust.hpp"

#include "experiments/run/deal.hpp"
#include "experiments/run/make_policy.hpp"

namespace echelon::experiments {
namespace {

using actors::training_setup;

constexpr std::string_view mean = "mean";

/// What comparing answers needs.
result<void> set_verify(training_setup& setup, const scenario& built) {
  const parameters& coding = built.section("coding");
  setup.verify = coding.flag("verify");
  if (!setup.verify)
    return {};
  const coding::gradient_code& code = *setup.plan.root_code;
  if (code.reacts() || !replicates(setup.plan) ||
      (!setup.topology.is_star() && !setup.plan.relayed()))
    return coding.refuse("verify",
                         "cannot be had with coding.policy = \"{}\"; it needs a code in which "
                         "workers do nothing but their share and a coordinator who decodes their "
                         "answers, such as \"fractional-repetition\" or \"cyclic\"",
                         setup.plan.policy);
  if (coding.integer("replan_every") > 0)
    return coding.refuse("verify", "holds for the plan a run begins with; coding.replan_every must "
                                   "be 0");
  if (setup.grace == seconds{0})
    return coding.refuse("verify", "compares answers beyond those that decoding needs, and none is "
                                   "waited for; coding.grace_s must be above 0");
  if (setup.worker_packer)
    return coding.refuse("verify", "compares answers, which compression makes unlike; "
                                   "compression.policy must be \"none\", its values \"fp32\"");
  return {};
}

/// A rule combines what each worker by itself says of the whole.
result<void> set_rule(training_setup& setup, const scenario& built,
                      const aggregation::robust_catalogue& rules) {
  const parameters& section = built.section("aggregation");
  const std::string& name = built.policy("aggregation").name;
  ECHELON_TRY(const auto rule, make_policy(built, "aggregation", rules));
  if (name == mean)
    return {};
  const coding::gradient_code& code = *setup.plan.root_code;
  if (!setup.topology.is_star() || replicates(setup.plan) || code.reacts() || code.updates())
    return section.refuse("policy",
                          "\"{}\" needs each worker's own answer at the coordinator; the topology "
                          "must be a star, and coding.policy \"uncoded\" or "
                          "\"ignore-stragglers\"",
                          name);
  if (setup.worker_packer || setup.control_variates)
    return section.refuse("policy",
                          "\"{}\" cannot judge vectors that leave out or carry more than the "
                          "gradient; compression.policy must be \"none\", and control variates off",
                          name);
  const index answers = code.shape().senders - code.shape().stragglers;
  if (rule->tolerance(answers) == 0)
    return section.refuse("policy",
                          "\"{}\" stands no liar among {} answers as it is set; there must be more "
                          "workers or fewer liars, or the policy \"mean\"",
                          name, answers);
  setup.rule = rule;
  return {};
}

}  // namespace

result<void> set_distrust(training_setup& setup, const scenario& built,
                          const policy_catalogues& policies) {
  ECHELON_CHECK(set_verify(setup, built));
  return set_rule(setup, built, policies.rules);
}

}  // namespace echelon::experiments
