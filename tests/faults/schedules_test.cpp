#include <boost/test/unit_test.hpp>

#include "algorithms/faults/schedule.hpp"

namespace echelon::faults {
namespace {

const tree topology = *tree::from_edges(value_list{2, 3});

result<scheduled_fault> scheduled(const std::string& kind, const value_table& given) {
  const auto resolved = parameters::resolve(given, schedule_parameters(), "faults[0]");
  if (!resolved)
    return std::unexpected(resolved.error());
  const auto made = known_faults().make(kind, value_table{}, "faults[0]");
  return schedule_fault(*resolved, kind, *made, topology);
}

std::string refusal_of(const std::string& kind, const value_table& given) {
  const auto made = scheduled(kind, given);
  return made ? "accepted" : made.error().detail;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(schedules)

BOOST_AUTO_TEST_CASE(places_and_times_are_read) {
  const auto cut = scheduled(
      "partition", {{"link", "edge/1"}, {"direction", "up"}, {"at_s", 2.5}, {"for_s", 1.0}});
  BOOST_REQUIRE(cut.has_value());
  BOOST_TEST(to_string(cut->at) == "edge/1");
  BOOST_TEST((cut->way == sense::up));
  const spell when = cut->from(cut->at_time);
  BOOST_TEST(!when.holds(to_nanoseconds(seconds{2.4})));
  BOOST_TEST(when.holds(to_nanoseconds(seconds{2.5})));
  BOOST_TEST(!when.holds(to_nanoseconds(seconds{3.5})));
  BOOST_TEST(scheduled("crash", {{"node", "worker/4"}, {"at_round", 2}})->at_round == 2);
}

BOOST_AUTO_TEST_CASE(what_makes_no_sense_is_refused_at_its_key) {
  BOOST_TEST(refusal_of("crash", {}).starts_with("faults[0].kind: \"crash\" befalls a node"));
  BOOST_TEST(refusal_of("crash", {{"link", "worker/0"}}).starts_with("faults[0].link: "));
  BOOST_TEST(refusal_of("latency", {{"node", "worker/0"}}).starts_with("faults[0].node: "));
  BOOST_TEST(refusal_of("latency", {{"link", "coordinator"}}).starts_with("faults[0].link: "));
  BOOST_TEST(refusal_of("slow", {{"node", "edge/0"}}).starts_with("faults[0].node: "));
  for (const char* nobody :
       {"worker/5", "worker/-1", "worker/1x", "worker", "edge/2", "peer/0", ""})
    BOOST_TEST(refusal_of("pause", {{"node", nobody}}).starts_with("faults[0].node: "));
  BOOST_TEST(refusal_of("pause", {{"node", "edge/0"}, {"at_s", 1.0}, {"at_round", 1}})
                 .starts_with("faults[0].at_round: "));
  BOOST_TEST(refusal_of("pause", {{"node", "edge/0"}, {"direction", "up"}})
                 .starts_with("faults[0].direction: "));
  BOOST_TEST(refusal_of("crash", {{"node", "coordinator"}, {"for_s", 1.0}})
                 .starts_with("faults[0].for_s: "));
  BOOST_TEST(refusal_of("disk-full", {}) == "accepted");
}

BOOST_AUTO_TEST_CASE(who_is_cut_off_is_dead_after_the_peer_timeout) {
  const nanoseconds timeout = to_nanoseconds(seconds{10});
  const auto after = [&](const std::string& kind, const value_table& given) {
    return fatal_after(*scheduled(kind, given), timeout);
  };
  BOOST_TEST((after("crash", {{"node", "worker/0"}}) == nanoseconds{0}));
  BOOST_TEST((after("pause", {{"node", "worker/0"}}) == timeout));
  BOOST_TEST((after("pause", {{"node", "worker/0"}, {"for_s", 9.0}}) == never));
  BOOST_TEST((after("partition", {{"link", "worker/0"}, {"for_s", 11.0}}) == timeout));
  BOOST_TEST((after("silent", {{"node", "worker/0"}}) == never));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::faults
