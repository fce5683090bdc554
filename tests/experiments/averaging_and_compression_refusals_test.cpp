#include <boost/test/unit_test.hpp>

#include "experiments/run/build.hpp"
#include "tests/support/scenario_texts.hpp"

namespace echelon::experiments {
namespace {

/// The sentence with which a scenario, or building it, is refused. Its first line is the data's,
/// its second and third are the topology's.
std::string refusal(std::string_view text, std::string_view topology = "edges = [2, 2]") {
  const std::string all = fmt::format("data = {{ limit = 100 }}\n[topology]\n{}\n{}", topology,
                                      text);
  const auto made = tests::resolved(all);
  if (!made)
    return made.error().detail;
  const auto built = build(*made, policy_catalogues{});
  return built ? "accepted" : built.error().detail;
}

void check(const std::string& said, std::string_view start, std::string_view advice) {
  BOOST_TEST(said.starts_with(start), said << " does not start with " << start);
  BOOST_TEST(said.find(advice) != std::string::npos, said << " does not advise " << advice);
  BOOST_TEST(said.find('\n') == std::string::npos);
}

constexpr std::string_view star = "workers = 4";

}  // namespace

BOOST_AUTO_TEST_SUITE(averaging_and_compression_refusals)

BOOST_AUTO_TEST_CASE(what_fits_is_accepted) {
  BOOST_TEST(refusal("[compression]\npolicy = \"top-k\"\nfeedback = \"ef14\"") == "accepted");
  BOOST_TEST(refusal("[hierarchy]\nperiods = [4, [2, 1]]\nparticipation = 0.5") == "accepted");
  BOOST_TEST(refusal("[compression]\npolicy = \"top-k\"\n[coding]\npolicy = \"ignore-stragglers\"\n"
                     "stragglers = 1") == "accepted");
  BOOST_TEST(refusal("[compression]\npolicy = \"top-k\"\nfeedback = \"ef21\"", star) == "accepted");
}

BOOST_AUTO_TEST_CASE(codes_that_mix_or_cancel_answers) {
  check(refusal("[compression]\npolicy = \"top-k\"\n[coding]\npolicy = \"cyclic\"\nstragglers = 1",
                star),
        "s.toml:5: compression.policy: ", "\"uncoded\"");
  check(refusal("[coding]\npolicy = \"cyclic\"\nstragglers = 1\n[compression]\nvalues = \"fp16\"\n"
                "feedback = \"ef14\"",
                star),
        "s.toml:", "compression");
  check(refusal("[compression]\npolicy = \"top-k\"\n[coding]\nparts = 8"),
        "s.toml:5: compression.policy: ", "coding.parts must be left out");
}

BOOST_AUTO_TEST_CASE(runs_without_gradients_or_in_double_precision) {
  check(refusal("[compression]\npolicy = \"sign\"\n[runtime]\ngradients = \"none\""),
        "s.toml:5: compression.policy: ", "must be \"real\"");
  check(refusal("[compression]\npolicy = \"sign\"\n[runtime]\nprecision = \"double\""),
        "s.toml:5: compression.policy: ", "must be \"float\"");
}

BOOST_AUTO_TEST_CASE(gradients_from_workers_that_have_changes) {
  check(refusal("[compression]\npolicy = \"top-k\"\nvector = \"gradient\"\n[optimizer]\n"
                "local_steps = 3"),
        "s.toml:6: compression.vector: ", "it must be \"delta\"");
}

BOOST_AUTO_TEST_CASE(hops_that_are_none) {
  check(refusal("[compression]\npolicy = \"top-k\"\nhops = { sideways = 0.1 }"),
        "s.toml:6: compression.hops: ", "up, edge_up or down");
  check(refusal("[compression]\npolicy = \"top-k\"\nhops = { down = 0.1 }"),
        "s.toml:6: compression.hops: ", "down must be false");
  check(refusal("[compression]\npolicy = \"top-k\"\nhops = { up = -1 }"),
        "s.toml:6: compression.hops: ", "a budget above 0");
}

BOOST_AUTO_TEST_CASE(a_sum_at_the_server_where_not_all_take_part) {
  constexpr std::string_view ef21 = "[compression]\npolicy = \"top-k\"\nfeedback = \"ef21\"\n";
  constexpr std::string_view advice = "the topology must be a star";
  check(refusal(ef21), "s.toml:6: compression.feedback", advice);
  check(refusal(fmt::format("{}hops = {{ up = false }}", ef21)), "s.toml:6: compression.feedback",
        advice);
  check(refusal(fmt::format("{}[hierarchy]\nparticipation = 0.5", ef21), star),
        "s.toml:6: compression.feedback", advice);
  check(refusal(fmt::format("{}[coding]\npolicy = \"ignore-stragglers\"\nstragglers = 1", ef21),
                star),
        "s.toml:6: compression.feedback", advice);
  check(refusal(fmt::format("{}[runtime]\nworld = \"tcp\"", ef21), star),
        "s.toml:6: compression.feedback", advice);
}

BOOST_AUTO_TEST_CASE(feedback_and_ratios_that_do_not_go_with_a_compressor) {
  check(refusal("[compression]\npolicy = \"threshold\"\nfeedback = \"ef21\"", star),
        "s.toml:6: compression.feedback", "ef14");
  check(refusal("[compression]\npolicy = \"top-k\"\nratios = \"dagc-a\"", star),
        "s.toml:6: compression.ratios", "threshold");
}

BOOST_AUTO_TEST_CASE(shares_of_data_that_moves) {
  check(refusal("[compression]\npolicy = \"top-k\"\nratios = \"dagc-r\"\n[hierarchy]\n"
                "groups = \"random\"\nregroup = \"every-global-round\""),
        "s.toml:6: compression.ratios", "it must be \"uniform\"");
}

BOOST_AUTO_TEST_CASE(levels_of_workers_with_several_parts) {
  check(refusal("[hierarchy]\nperiods = [4, 2]\n[coding]\nparts = 8"),
        "s.toml:5: hierarchy.periods: ", "coding.parts left out");
  check(refusal("[hierarchy]\nparticipation = 0.5\n[coding]\nparts = 8"),
        "s.toml:5: hierarchy.participation: ", "coding.parts left out");
  check(refusal("[hierarchy]\ngroups = \"random\"\n[coding]\nparts = 8"),
        "s.toml:5: hierarchy.groups.kind: ", "coding.parts left out");
}

BOOST_AUTO_TEST_CASE(periods_that_do_not_fit) {
  check(refusal("[hierarchy]\nperiods = [4, 3]"),
        "s.toml:5: hierarchy.periods: ", "does not divide");
  check(refusal("[hierarchy]\nperiods = [4]"), "s.toml:5: hierarchy.periods: ", "each of 2 levels");
  check(refusal("[hierarchy]\nperiods = [4, [2, 2, 1]]"),
        "s.toml:5: hierarchy.periods: ", "2 groups");
  check(refusal("[hierarchy]\nperiods = [4, 2]\n[optimizer]\nlocal_steps = 2"),
        "s.toml:7: optimizer.local_steps: ", "leave this out");
}

BOOST_AUTO_TEST_CASE(groups_of_other_trees) {
  check(refusal("[hierarchy]\ngroups = { kind = \"listed\", lists = [[0, 1], [2]] }"),
        "s.toml:5: hierarchy.groups", "");
  check(refusal("[hierarchy]\nregroup = \"every-global-round\""),
        "s.toml:5: hierarchy.regroup: ", "hierarchy.groups \"random\"");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::experiments
