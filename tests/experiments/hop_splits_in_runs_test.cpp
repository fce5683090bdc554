#include <cmath>

#include <boost/test/unit_test.hpp>

#include "experiments/plan/scenario_plan.hpp"
#include "experiments/run/build.hpp"
#include "tests/support/scenario_texts.hpp"
#include "tests/support/small_training.hpp"

// One budget for both hops of a tree, split by what their links cost.
namespace echelon::experiments {
namespace {

/// Four exchanges of a worker for one of an edge; far links are a thousand times slower.
constexpr std::string_view near_and_far = R"([scenario]
rounds = 20
[data]
samples = 400
[model]
kind = "softmax"
[topology]
edges = [5, 5]
[hierarchy]
periods = [20, 5]
weights = "uniform"
[links]
near = { bandwidth_bps = 1e8 }
far = { bandwidth_bps = 1e5 }
[compression]
policy = "top-k"
feedback = "ef14"
codec = "packed"
budget = 0.05
hops = { split = "by-cost" }
)";

scenario read(const std::vector<std::string>& settings) {
  auto built = tests::resolved(near_and_far, settings);
  BOOST_REQUIRE_MESSAGE(built, (built ? "" : built.error().detail));
  return *std::move(built);
}

/// Of whole vectors, on average: what workers may send, and what edges may.
struct shares {
  double near = 0, far = 0;
};

shares planned(const std::vector<std::string>& settings) {
  const auto plan = plan_scenario(read(settings), policy_catalogues{});
  BOOST_REQUIRE_MESSAGE(plan, (plan ? "" : plan.error().detail));
  const auto json = plan_json(*plan);
  shares found;
  for (const auto& hop : json.at("compression").at("hops"))
    (hop.at("parent") == "coordinator" ? found.far : found.near) = hop.at("share").get<double>();
  return found;
}

/// Bytes on all links above nodes of a kind.
std::int64_t bytes_above(const actors::run_summary& summary, role kind) {
  std::int64_t bytes = 0;
  for (const actors::link_traffic& link : summary.links)
    if (link.from.kind == kind)
      bytes += link.to.kind < kind ? link.bytes : 0;
  return bytes;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hop_splits_in_runs)

BOOST_AUTO_TEST_CASE(both_hops_together_cost_the_budget_and_the_dear_one_sends_less) {
  const shares found = planned({});
  const double near_price = 4 / 1e8, far_price = 1 / 1e5;
  BOOST_TEST(10 * near_price * found.near + 2 * far_price * found.far ==
                 0.05 * (10 * near_price + 2 * far_price),
             boost::test_tools::tolerance(1e-6));
  BOOST_TEST(found.near / found.far ==
                 std::pow(.1 / .5, 2.0 / 3) * std::cbrt(far_price / near_price),
             boost::test_tools::tolerance(1e-6));
}

BOOST_AUTO_TEST_CASE(a_shared_uplink_is_part_of_the_price) {
  const shares own = planned({}), shared = planned({"links.shared=[{ at = \"edge\", direction = "
                                                    "\"up\", bandwidth_bps = 1e5 }]"});
  BOOST_TEST(shared.near < own.near);
  BOOST_TEST(shared.far > own.far);
}

BOOST_AUTO_TEST_CASE(what_is_planned_is_what_crosses_the_links) {
  const auto sent = [](const std::vector<std::string>& settings) {
    auto setup = build(read(settings), policy_catalogues{});
    BOOST_REQUIRE_MESSAGE(setup, (setup ? "" : setup.error().detail));
    return tests::train(**setup).outcome.summary;
  };
  const shares wanted = planned({});
  const auto split = sent({});
  const auto given = sent(
      {fmt::format("compression.hops={{ up = {}, edge_up = {} }}", wanted.near, wanted.far)});
  const auto even = sent({"compression.hops={}"});
  BOOST_TEST(bytes_above(split, role::worker) == bytes_above(given, role::worker));
  BOOST_TEST(bytes_above(split, role::edge) == bytes_above(given, role::edge));
  BOOST_TEST(bytes_above(split, role::worker) > bytes_above(even, role::worker));
  BOOST_TEST(bytes_above(split, role::edge) < bytes_above(even, role::edge));
}

BOOST_AUTO_TEST_CASE(splits_that_are_none_are_refused) {
  const auto refusal = [](const std::vector<std::string>& settings) {
    const auto setup = build(read(settings), policy_catalogues{});
    return setup ? std::string{"accepted"} : setup.error().detail;
  };
  const auto says = [&](const std::vector<std::string>& settings, std::string_view advice) {
    const std::string said = refusal(settings);
    BOOST_TEST(said.find("compression.hops: ") != std::string::npos, said);
    BOOST_TEST(said.find(advice) != std::string::npos, said);
  };
  BOOST_TEST(refusal({}) == "accepted");
  says({"compression.hops={ split = \"evenly\" }"}, "it must be \"by-cost\"");
  says({"compression.hops={ split = \"by-cost\", up = 0.1 }"}, "must be left out");
  says({"links.near={ bandwidth_bps = 0 }"}, "must have a bandwidth_bps");
  says({"topology={ workers = 10 }", "hierarchy.periods=[5]"}, "there is one hop");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::experiments
