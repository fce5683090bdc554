#include <boost/test/unit_test.hpp>

#include "algorithms/transmission/link_model.hpp"

namespace echelon::transmission {
namespace {

result<link_plan> links(value_table settings) {
  const auto resolved = parameters::resolve(settings, link_parameters(), "links");
  return resolved ? make_links(*resolved) : std::unexpected(resolved.error());
}

value_table bandwidth(double bps) { return {{"bandwidth_bps", bps}}; }

}  // namespace

BOOST_AUTO_TEST_SUITE(links_by_bytes)

BOOST_AUTO_TEST_CASE(a_message_takes_its_bits_over_the_bandwidth) {
  BOOST_TEST((link_cost{8e6, 0.5}.transfer(1'000'000)).count() == 1'000'000'000);
  BOOST_TEST((link_cost{8e6, 0.5}.transfer(0)).count() == 0);
  BOOST_TEST((link_cost{}.transfer(1'000'000)).count() == 0);
}

BOOST_AUTO_TEST_CASE(links_cost_nothing_by_default) {
  const auto plan = links({}).value();
  BOOST_TEST(plan.cost(role::worker, direction::up).bandwidth_bps == 0);
  BOOST_TEST(plan.cost(role::edge, direction::down).latency_s == 0);
  BOOST_TEST(plan.shared.empty());
}

BOOST_AUTO_TEST_CASE(directions_override_the_base_and_hops_override_both) {
  const auto plan = links({{"bandwidth_bps", 100.0},
                           {"latency_s", 0.25},
                           {"up", bandwidth(10)},
                           {"far", bandwidth(7)},
                           {"near", value_table{{"latency_s", 0.5}}}})
                        .value();
  BOOST_TEST(plan.cost(role::worker, direction::down).bandwidth_bps == 100);
  BOOST_TEST(plan.cost(role::worker, direction::up).bandwidth_bps == 10);
  BOOST_TEST(plan.cost(role::peer, direction::up).bandwidth_bps == 10);
  BOOST_TEST(plan.cost(role::edge, direction::up).bandwidth_bps == 7);
  BOOST_TEST(plan.cost(role::edge, direction::down).bandwidth_bps == 7);
  BOOST_TEST(plan.cost(role::worker, direction::up).latency_s == 0.5);
  BOOST_TEST(plan.cost(role::edge, direction::up).latency_s == 0.25);
}

BOOST_AUTO_TEST_CASE(shared_media_are_found_by_place_and_way) {
  const value_list shared{
      value_table{{"bandwidth_bps", 5.0}},
      value_table{{"at", "edge"}, {"direction", "down"}, {"bandwidth_bps", 6.0}}};
  const auto plan = links({{"shared", shared}}).value();
  BOOST_TEST(plan.medium(role::coordinator, direction::up)->bandwidth_bps == 5);
  BOOST_TEST(plan.medium(role::edge, direction::down)->bandwidth_bps == 6);
  BOOST_TEST(!plan.medium(role::edge, direction::up));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_is_refused) {
  const auto complaint = [](value_table settings) {
    return links(std::move(settings)).error().detail;
  };
  BOOST_TEST(complaint({{"latency_s", -1}}) ==
             "links.latency_s: -1 is out of range; it must be between 0 and 1000000000");
  BOOST_TEST(complaint({{"up", bandwidth(-1)}}) ==
             "links.up.bandwidth_bps: -1.0 is out of range; it must be at least 0");
  BOOST_TEST(
      complaint({{"shared", value_list{value_table{{"at", "worker"}, {"bandwidth_bps", 5}}}}})
          .starts_with("links.shared[0].at: \"worker\" is not known"));
  BOOST_TEST(complaint({{"shared", value_list{value_table{}}}})
                 .starts_with("links.shared[0].bandwidth_bps: is missing"));
  const value_list twice{bandwidth(5), bandwidth(6)};
  BOOST_TEST(
      complaint({{"shared", twice}}) ==
      "links.shared[1].at: a second medium for \"coordinator\" up; there must be one at most");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::transmission
