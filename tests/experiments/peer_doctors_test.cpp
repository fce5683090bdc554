#include <boost/test/unit_test.hpp>

#include "actors/peers/peering.hpp"
#include "tests/support/peer_scenarios.hpp"

// merging.repair_links and merging.probe_every: what they make of a scenario, and what they refuse.
namespace echelon::experiments {
namespace {

constexpr std::string_view peers = R"(
[scenario]
rounds = 6
[data]
source = "glyphs"
limit = 300
[model]
kind = "mlp"
hidden = [8]
[optimizer]
rate = 1e-4
[topology]
kind = "peers"
peers = 6
graph = "ring"
[merging]
policy = "average"
every_steps = 2
)";

result<actors::training_setup_ptr> built(const std::vector<std::string>& settings) {
  ECHELON_TRY(const scenario made, tests::resolved(peers, settings));
  return build(made, policy_catalogues{});
}

std::string refusal(const std::vector<std::string>& settings) {
  const auto made = built(settings);
  return made ? "accepted" : made.error().detail;
}

bool bounded(std::vector<std::string> settings) {
  settings.emplace_back("merging.probe_every=2");
  const auto made = built(settings);
  BOOST_REQUIRE_MESSAGE(made.has_value(), (made ? "" : made.error().detail));
  return (*made)->peers->bounds != nullptr;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(peer_doctors)

BOOST_AUTO_TEST_CASE(graphs_are_weighed_anew_only_where_they_are_repaired) {
  BOOST_TEST(((*built({}))->peers->reweigh == nullptr));
  const auto made = built({"merging.repair_links=true"});
  BOOST_REQUIRE(made.has_value());
  const actors::peering& plan = *(*made)->peers;
  const std::vector<std::int32_t> ends{0, 3};
  const auto network = with_links(plan, ends);
  BOOST_REQUIRE(network.has_value());
  BOOST_TEST(network->row(0, 0).others.size() == 3u);
  for (const std::vector<std::int32_t>& none : {std::vector<std::int32_t>{0, 6}, {-1, 2}, {2, 2}})
    BOOST_TEST(!with_links(plan, none).has_value());
}

BOOST_AUTO_TEST_CASE(what_cannot_be_repaired_is_refused_at_the_key) {
  for (const char* other :
       {"topology.graph=exponential", "topology.graph=base", "merging.policy=swarm-sgd",
        "merging.policy=all-reduce", "merging.policy=decentlam"}) {
    const std::string sentence = refusal({other, "merging.repair_links=true"});
    BOOST_TEST(has(sentence, "merging.repair_links: true"), other << ": " << sentence);
  }
}

BOOST_AUTO_TEST_CASE(the_bound_is_there_where_its_assumptions_are_met) {
  BOOST_TEST(bounded({}));
  BOOST_TEST(bounded({"merging.policy=sync"}));
  BOOST_TEST(bounded({"merging.policy=cdsgd"}));
  BOOST_TEST(!bounded({"merging.policy=cdmsgd"}));
  BOOST_TEST(!bounded({"merging.mode=async"}));
  BOOST_TEST(!bounded({"optimizer.kind=momentum"}));
}

BOOST_AUTO_TEST_CASE(the_mean_of_models_in_different_orders_is_not_looked_at) {
  BOOST_TEST(has(refusal({"merging.policy=dimat", "merging.probe_every=2"}),
                 "merging.probe_every: 2 cannot be combined with \"dimat\""));
}

BOOST_AUTO_TEST_CASE(a_run_notes_its_bound_beside_what_it_measured) {
  struct follower final : actors::run_observer {
    std::vector<actors::round_record> rounds;
    void on_round(const actors::round_record& round) override { rounds.push_back(round); }
  } seen;
  BOOST_REQUIRE(actors::run_training(*built({"merging.probe_every=2"}), {}, seen).has_value());
  BOOST_REQUIRE(seen.rounds.size() == 6u);
  for (const auto& round : seen.rounds) {
    const bool due = round.round % 2 == 0;
    for (const char* fact : {"gradient_square", "bound_merging", "bound_disagreement"})
      BOOST_TEST(round.facts.contains(fact) == due, fact);
  }
  const auto& last = seen.rounds.back().facts;
  BOOST_TEST(last.at("gradient_square") <= last.at("bound_merging"));
  BOOST_TEST(last.at("disagreement") <= last.at("bound_disagreement"));
  BOOST_TEST(last.at("rate_max_merging") > 1e-4);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::experiments
