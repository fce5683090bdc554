#include <boost/test/unit_test.hpp>

#include "experiments/testkit/testkit.hpp"

// Clusters on a virtual clock, as users' tests have them.
namespace echelon::testkit {
namespace {

constexpr std::string_view peers = R"(
[scenario]
rounds = 5
[data]
source = "glyphs"
samples = 60
[model]
kind = "softmax"
[topology]
kind = "peers"
peers = 4
[merging]
policy = "cdsgd"
every_steps = 1
patience_s = 50
[delays]
model = "shifted-exponential"
worker = { compute_shift_s = 1 }
)";

virtual_cluster four_peers() {
  auto made = virtual_cluster::from_text(peers);
  BOOST_REQUIRE(made.has_value());
  return *std::move(made);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(virtual_clusters)

BOOST_AUTO_TEST_CASE(a_quiet_run_is_all_there) {
  const auto seen = four_peers().run();
  BOOST_REQUIRE(seen.has_value());
  BOOST_TEST(seen->rounds().size() == 5u);
  // A model to both neighbours in each of five exchanges.
  expectations expected{*seen};
  expected.every_promise_kept()
      .done_in(seconds{100})
      .sent(40, {.kind = "peer_parcel"})
      .sent(10, {.kind = "peer_parcel", .from = "peer/2"});
  for (const auto& sentence : expected.unmet())
    BOOST_ERROR(sentence);
  BOOST_TEST(seen->arrived({.kind = "peer_parcel"}).size() == 40u);
}

BOOST_AUTO_TEST_CASE(faults_show) {
  auto cluster = four_peers();
  cluster.suffer(fault{"silent"}.on_node("peer/2").from_round(3));
  const auto seen = cluster.run();
  BOOST_REQUIRE(seen.has_value());
  BOOST_TEST(seen->broken.empty());
  BOOST_TEST(seen->sent({.kind = "peer_parcel", .from = "peer/2", .round = 4}).empty());
  BOOST_TEST(seen->sent({.kind = "peer_parcel", .from = "peer/1", .round = 4}).size() == 2u);
}

BOOST_AUTO_TEST_CASE(what_is_not_met_is_told) {
  const auto seen = four_peers().run();
  expectations expected{*seen};
  expected.sent(1, {.kind = "peer_parcel"})
      .never_sent({.from = "peer/0"})
      .sent_at_least(1000, {})
      .done_in(seconds{1e-6})
      .only_after({.kind = "peer_parcel", .round = 1}, {.kind = "peer_parcel", .round = 2});
  BOOST_TEST(expected.unmet().size() == 5u);
}

BOOST_AUTO_TEST_CASE(the_same_is_the_same_and_keys_count) {
  const auto once = four_peers().run(), again = four_peers().run();
  BOOST_TEST(*once->summary.trace_hash == *again->summary.trace_hash);
  const auto other = four_peers().set("scenario.seed", 2).run();
  BOOST_TEST(*once->summary.trace_hash != *other->summary.trace_hash);
}

BOOST_AUTO_TEST_CASE(what_makes_no_sense_is_refused) {
  BOOST_TEST(!virtual_cluster::from_text("[scenario").has_value());
  BOOST_TEST(!four_peers().set("topology.peers", 1).run().has_value());
  BOOST_TEST(!four_peers().set("runtime.world", "local").run().has_value());
  auto cluster = four_peers();
  const auto refused = cluster.suffer(fault{"torn-write"}).run();
  BOOST_REQUIRE(!refused.has_value());
  BOOST_TEST(refused.error().detail.find("peers have none") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::testkit
