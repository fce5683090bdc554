#include <cmath>

#include <boost/test/unit_test.hpp>

#include "experiments/plan/peer_report.hpp"
#include "experiments/plan/scenario_plan.hpp"
#include "tests/support/scenario_texts.hpp"
#include "tests/support/temporary_folder.hpp"

// What `echelon plan` says of peers.
namespace echelon::experiments {
namespace {

using nlohmann::ordered_json;

/// 400 training samples: five peers hold 80 each, which is five steps of 16 an epoch.
constexpr std::string_view five_peers = R"([data]
samples = 500
[model]
kind = "softmax"
[optimizer]
batch = 16
[topology]
kind = "peers"
peers = 5
)";

result<scenario_plan> plan_of(const std::vector<std::string>& settings) {
  const auto built = tests::resolved(five_peers, settings);
  BOOST_REQUIRE_MESSAGE(built, (built ? "" : built.error().detail));
  return plan_scenario(*built, policy_catalogues{});
}

ordered_json planned(const std::vector<std::string>& settings = {}) {
  const auto plan = plan_of(settings);
  BOOST_REQUIRE_MESSAGE(plan, (plan ? "" : plan.error().detail));
  BOOST_TEST(!plan->coding.has_value());
  BOOST_TEST(plan_text(*plan).find("spectral gap") != std::string::npos);
  return plan_json(*plan).at("topology");
}

std::string refused(const std::vector<std::string>& settings) {
  const auto plan = plan_of(settings);
  return plan ? "accepted" : plan.error().detail;
}

double number(const ordered_json& found, const char* key) { return found.at(key).get<double>(); }

}  // namespace

BOOST_AUTO_TEST_SUITE(peer_plans)

BOOST_AUTO_TEST_CASE(a_ring_weighs_a_third_each_and_has_the_gap_of_the_closed_form) {
  const ordered_json found = planned();

  BOOST_TEST(found.at("nodes") == 5);
  BOOST_TEST(found.at("edges") == 5);
  const double left = 1.0 / 3 + 2.0 / 3 * std::cos(2 * std::acos(-1.0) / 5);
  BOOST_TEST(number(found, "spectral_gap") == 1 - left, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(number(found, "contraction") == left, boost::test_tools::tolerance(1e-12));
  for (std::size_t peer = 0; peer < 5; ++peer)
    for (std::size_t other = 0; other < 5; ++other) {
      const bool hears = peer == other || (peer + 1) % 5 == other || (other + 1) % 5 == peer;
      BOOST_TEST(found.at("mixing")[peer][other].get<double>() == (hears ? 1.0 / 3 : 0),
                 boost::test_tools::tolerance(1e-15));
    }
}

BOOST_AUTO_TEST_CASE(whole_models_cost_half_a_message_a_neighbour_and_epoch) {
  const ordered_json found = planned();
  const double model = 4.0 * (784 * 10 + 10);

  BOOST_TEST(number(found, "message_bytes") == model);
  BOOST_TEST(number(found, "messages_per_round") == 10);
  BOOST_TEST(number(found, "rounds_per_epoch") == 0.5);
  BOOST_TEST(number(found, "bytes_per_epoch") == 0.5 * 10 * model);
  BOOST_TEST(number(planned({"merging.every_steps=10"}), "rounds_per_epoch") == 0.5);
  BOOST_TEST(number(planned({"topology.graph=full"}), "bytes_per_epoch") == 0.5 * 20 * model);
}

BOOST_AUTO_TEST_CASE(rules_that_mix_as_they_learn_pay_by_the_step) {
  const double merged = number(planned(), "message_bytes");

  const ordered_json each_step = planned({"merging.policy=cdsgd"});
  BOOST_TEST(number(each_step, "rounds_per_epoch") == 5);
  BOOST_TEST(number(each_step, "bytes_per_epoch") == 5 * 10 * merged);
  BOOST_TEST(number(planned({"merging.policy=cga"}), "message_bytes") == 2 * merged);
  BOOST_TEST(number(planned({"merging.policy=all-reduce"}), "messages_per_round") == 20);
  BOOST_TEST(number(planned({"merging.policy=swarm-sgd"}), "messages_per_round") == 2);
}

BOOST_AUTO_TEST_CASE(every_rule_can_be_planned_on_a_ring_it_fits) {
  const policy_catalogues known;
  auto names = known.merge_rules.names();
  for (const std::string& name : known.mixing_rules.names())
    names.push_back(name);
  for (const std::string& name : names) {
    // Even, for rules that need two sides; lazy, for those that need positive eigenvalues.
    const auto found = planned(
        {"topology.peers=4", "topology.weights=lazy", "merging.policy=" + name});
    BOOST_TEST(number(found, "bytes_per_epoch") > 0, name);
  }
}

BOOST_AUTO_TEST_CASE(a_star_hangs_on_its_hub_and_a_repair_widens_the_gap) {
  const ordered_json found = planned({"topology.graph=star"});

  BOOST_TEST((found.at("cut_peers") == ordered_json{0}));
  BOOST_TEST(found.at("weak_links")[0].at("bridge") == true);
  BOOST_TEST(!found.at("repair").at("added").empty());
  BOOST_TEST(number(found.at("repair"), "spectral_gap") > number(found, "spectral_gap"));
}

BOOST_AUTO_TEST_CASE(a_full_graph_needs_no_repair) {
  const ordered_json found = planned({"topology.graph=full"});

  BOOST_TEST(number(found, "spectral_gap") == 1, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(found.at("repair").at("added").empty());
  BOOST_TEST(found.at("cut_peers").empty());
}

BOOST_AUTO_TEST_CASE(a_graph_in_two_pieces_is_refused_by_the_name_of_a_peer) {
  const tests::temporary_folder folder{"peer_plans"};
  const std::string file = (folder.path() / "two.json").string();
  tests::write_file(file, R"({"connectivity": [[1,1,0,0,0], [1,1,0,0,0], [0,0,1,1,1],
                                              [0,0,1,1,1], [0,0,1,1,1]]})");

  const std::string sentence = refused(
      {"topology.graph={kind = \"file\", path = \"" + file + "\"}"});

  BOOST_TEST(sentence == "--set: topology.graph.kind: peer/2 never hears from peer/0 over any "
                         "links; a topology must connect all of its 5 peers");
}

BOOST_AUTO_TEST_CASE(graphs_and_rules_that_do_not_fit_are_refused_at_their_key) {
  BOOST_TEST(refused({"topology.graph={kind = \"torus\", rows = 2}"}) ==
             "--set: topology.graph.rows: 2 rows do not divide 5 peers; it must be a divisor, or "
             "0");
  BOOST_TEST(refused({"topology.graph={kind = \"random-regular\", degree = 3}"})
                 .starts_with("--set: topology.graph.degree: 5 peers cannot have 3"));
  BOOST_TEST(refused({"topology.graph=star", "topology.weights=uniform"}).find("peer/0") !=
             std::string::npos);
  BOOST_TEST(refused({"merging.policy=ad-psgd"}).starts_with("--set: merging.policy: "));
  BOOST_TEST(refused({"merging.policy=decentlam", "topology.graph=base"})
                 .starts_with("--set: merging.policy: the graph repeats"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::experiments
