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

result<scheduled_fault> among_peers(const std::string& kind, const value_table& given) {
  const auto resolved = parameters::resolve(given, schedule_parameters(), "faults[0]");
  if (!resolved)
    return std::unexpected(resolved.error());
  return schedule_peer_fault(*resolved, kind,
                             *known_faults().make(kind, value_table{}, "faults[0]"), 6);
}

std::string peers_refusal(const std::string& kind, const value_table& given) {
  const auto made = among_peers(kind, given);
  return made ? "accepted" : made.error().detail;
}

constexpr node_id peer(std::int32_t number) { return {role::peer, number}; }

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
  BOOST_TEST(refusal_of("half-open", {{"link", "worker/0"}})
                 .starts_with("faults[0].kind: \"half-open\" befalls streams"));
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

BOOST_AUTO_TEST_CASE(links_of_peers_are_named_by_the_peers_at_their_ends) {
  const auto halves = among_peers("partition", {{"link", "peer/0..2"}});
  BOOST_REQUIRE(halves.has_value());
  BOOST_TEST(halves->among.cross(peer(1), peer(4), sense::both));
  BOOST_TEST(halves->among.cross(peer(4), peer(1), sense::both));
  BOOST_TEST(!halves->among.cross(peer(1), peer(2), sense::both));
  BOOST_TEST(!halves->among.cross(peer(3), peer(4), sense::both));
  BOOST_TEST(halves->among.cross(peer(1), peer(4), sense::up));
  BOOST_TEST(!halves->among.cross(peer(4), peer(1), sense::up));
  BOOST_TEST(halves->among.cross(peer(4), peer(1), sense::down));

  const auto one = among_peers("latency", {{"link", "peer/0"}, {"to", "peer/5"}});
  BOOST_REQUIRE(one.has_value());
  BOOST_TEST(one->among.cross(peer(5), peer(0), sense::both));
  BOOST_TEST(!one->among.cross(peer(4), peer(0), sense::both));
}

BOOST_AUTO_TEST_CASE(what_peers_cannot_have_is_refused_at_its_key) {
  BOOST_TEST(peers_refusal("torn-write", {}).starts_with("faults[0].kind: "));
  BOOST_TEST(peers_refusal("disk-full", {}).starts_with("faults[0].kind: "));
  BOOST_TEST(peers_refusal("clock", {{"node", "peer/1"}}).starts_with("faults[0].kind: "));
  BOOST_TEST(peers_refusal("crash", {}).starts_with("faults[0].kind: "));
  BOOST_TEST(peers_refusal("crash", {{"link", "peer/0"}}).starts_with("faults[0].link: "));
  BOOST_TEST(peers_refusal("crash", {{"node", "peer/0..3"}}).starts_with("faults[0].node: "));
  BOOST_TEST(
      peers_refusal("crash", {{"node", "peer/0"}, {"to", "peer/1"}}).starts_with("faults[0].to: "));
  for (const char* nobody : {"peer/6", "peer/3..1", "peer/0..6", "peer/", "worker/0", "0", ""})
    BOOST_TEST(peers_refusal("latency", {{"link", nobody}}).starts_with("faults[0].link: "));
  BOOST_TEST(refusal_of("latency", {{"link", "worker/0"}, {"to", "worker/1"}})
                 .starts_with("faults[0].to: "));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::faults
