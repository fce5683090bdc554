#include <boost/test/unit_test.hpp>

#include "experiments/run/build.hpp"
#include "tests/support/scenario_texts.hpp"

namespace echelon::experiments {
namespace {

result<actors::training_setup_ptr> made_from(std::string_view text) {
  ECHELON_TRY(const auto made, tests::resolved(fmt::format("data = {{ limit = 100 }}\n{}", text)));
  return build(made, policy_catalogues{});
}

std::string refusal(std::string_view text) {
  const auto made = made_from(text);
  return made ? "accepted" : made.error().detail;
}

void check(const std::string& said, std::string_view start, std::string_view advice) {
  BOOST_TEST(said.starts_with(start), said << " does not start with " << start);
  BOOST_TEST(said.find(advice) != std::string::npos, said << " does not advise " << advice);
}

constexpr std::string_view six = "topology = { workers = 6 }\n";

std::string verified(std::string_view coding, std::string_view more = {}) {
  return fmt::format("{}coding = {{ {}, verify = true }}\n{}", six, coding, more);
}

std::string ruled(std::string_view aggregation, std::string_view more = {}) {
  return fmt::format("{}aggregation = {{ {} }}\n{}", six, aggregation, more);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(distrust)

BOOST_AUTO_TEST_CASE(what_a_scenario_asks_for_is_in_the_setup) {
  const auto coded = made_from(verified(R"(policy = "cyclic", stragglers = 2, grace_s = 3)"));
  BOOST_TEST((coded && (*coded)->verify && !(*coded)->rule));
  for (const std::string rule :
       {"median", "trimmed-mean", "krum", "multi-krum", "geometric-median"}) {
    const auto made = made_from(ruled(fmt::format("policy = \"{}\"", rule)));
    BOOST_TEST((made && (*made)->rule && (*made)->rule->tolerance(6) > 0), rule);
  }
  BOOST_TEST(!(*made_from(ruled("policy = \"mean\"")))->rule);
}

BOOST_AUTO_TEST_CASE(answers_are_compared_where_there_is_something_to_compare) {
  check(refusal(verified(R"(policy = "cyclic", stragglers = 2)")),
        "s.toml:3: coding.verify: ", "grace_s must be above 0");
  check(refusal(verified(R"(policy = "uncoded", grace_s = 3)")),
        "s.toml:3: coding.verify: ", "\"cyclic\"");
  check(refusal(verified(R"(policy = "two-stage", stage2_stragglers = 1, grace_s = 3)")),
        "s.toml:3: coding.verify: ", "\"cyclic\"");
  check(refusal(verified(R"(policy = "fractional-repetition", stragglers = 1, grace_s = 3)",
                         "compression = { values = \"bf16\" }")),
        "s.toml:3: coding.verify: ", "\"fp32\"");
}

BOOST_AUTO_TEST_CASE(rules_judge_whole_answers_and_have_to_stand_somebody) {
  check(refusal(ruled("policy = \"median\"", R"(coding = { policy = "cyclic", stragglers = 1 })")),
        "s.toml:3: aggregation.policy: ", "\"uncoded\"");
  check(refusal(ruled("policy = \"median\"", R"(compression = { policy = "top-k" })")),
        "s.toml:3: aggregation.policy: ", "\"none\"");
  check(refusal(ruled("policy = \"krum\", liars = 2")),
        "s.toml:3: aggregation.policy: ", "fewer liars");
  check(refusal("topology = { edges = [3, 3] }\n\naggregation = { policy = \"median\" }"),
        "s.toml:4: aggregation.policy: ", "star");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::experiments
