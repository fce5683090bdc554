#include <boost/test/unit_test.hpp>

#include "tests/support/scenario_texts.hpp"

// What scenarios of peers can say, and what they cannot.
namespace echelon::experiments {
namespace {

using tests::refusal_of;
using tests::resolved;

constexpr std::string_view peers = "[topology]\nkind = \"peers\"\npeers = 5\n";

/// A scenario of peers with more lines, from the fourth on.
std::string with_peers(std::string_view lines) { return std::string{peers} + std::string{lines}; }

bool refused_at(std::string_view place, std::string_view lines) {
  const std::string sentence = refusal_of(with_peers(lines));
  BOOST_TEST_MESSAGE(sentence);
  return sentence.starts_with(place) && sentence.find("\"peers\"") != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(peer_refusals)

BOOST_AUTO_TEST_CASE(peers_take_the_defaults_of_the_contract) {
  const auto made = resolved(peers);

  BOOST_REQUIRE_MESSAGE(made, (made ? "" : made.error().detail));
  BOOST_TEST(made->policy("topology.graph").name == "ring");
  BOOST_TEST(made->policy("topology.weights").name == "auto");
  BOOST_TEST(made->policy("merging").name == "average");
  BOOST_TEST(made->policy("merging.absence").name == "auto");
  const parameters& merging = made->section("merging");
  BOOST_TEST(merging.integer("every") == 2);
  BOOST_TEST(merging.integer("every_steps") == 0);
  BOOST_TEST(merging.integer("pretrain_epochs") == 0);
  BOOST_TEST(merging.text("init") == "same");
  BOOST_TEST(merging.text("calibration") == "local");
  BOOST_TEST(merging.text("mode") == "sync");
}

BOOST_AUTO_TEST_CASE(graphs_and_weights_are_named_or_are_tables) {
  const auto made = resolved(
      with_peers("graph = \"full\"\n"
                 "weights = { kind = \"lazy\" }\n"
                 "[merging]\nabsence = { kind = \"stale\", age_max = 3 }\n"));

  BOOST_REQUIRE_MESSAGE(made, (made ? "" : made.error().detail));
  BOOST_TEST(made->policy("topology.graph").name == "full");
  BOOST_TEST(made->policy("topology.weights").name == "lazy");
  BOOST_TEST(made->section("merging.absence").integer("age_max") == 3);
}

BOOST_AUTO_TEST_CASE(settings_of_a_graph_go_through_its_name) {
  const auto made = resolved(with_peers("graph = \"erdos-renyi\"\n"),
                             {"topology.graph.probability=0.3"});

  BOOST_REQUIRE_MESSAGE(made, (made ? "" : made.error().detail));
  BOOST_TEST(made->section("topology.graph").number("probability") == 0.3);
}

BOOST_AUTO_TEST_CASE(a_number_of_peers_implies_peers) {
  const auto made = resolved("[topology]\npeers = 4\n");

  BOOST_REQUIRE_MESSAGE(made, (made ? "" : made.error().detail));
  BOOST_TEST(made->policy("topology").name == "peers");
}

BOOST_AUTO_TEST_CASE(what_is_resolved_resolves_to_itself) {
  for (const std::string_view text : {std::string_view{peers}, std::string_view{""}}) {
    const auto made = resolved(text);
    BOOST_REQUIRE(made);
    const auto again = resolved(made->toml());
    BOOST_REQUIRE_MESSAGE(again, (again ? "" : again.error().detail));
    BOOST_TEST(again->toml() == made->toml());
  }
}

BOOST_AUTO_TEST_CASE(merge_rules_and_mixing_rules_are_one_axis_without_namesakes) {
  const policy_catalogues known;
  for (const std::string& name : known.mixing_rules.names())
    BOOST_TEST((known.merge_rules.find(name) == nullptr), name);
  const section_schema& section = *tests::schema().find("merging");
  BOOST_TEST(section.policies.size() ==
             known.merge_rules.entries().size() + known.mixing_rules.entries().size());
  for (const policy_card& card : section.policies)
    BOOST_TEST(refusal_of(with_peers("[merging]\npolicy = \"" + card.name + "\"")) == "accepted");
}

BOOST_AUTO_TEST_CASE(rules_keep_their_own_keys) {
  BOOST_TEST(refusal_of(with_peers("[merging]\npolicy = \"dimat\"\nreference = \"root\"\n"
                                   "bn_reset = \"none\"")) == "accepted");
  BOOST_TEST(refusal_of(with_peers("[merging]\nreference = \"root\"")) ==
             "s.toml:5: merging.reference: is a key of policy = \"dimat\"; set that too, or leave "
             "this out");
}

BOOST_AUTO_TEST_CASE(names_that_are_not_known) {
  BOOST_TEST(refusal_of(with_peers("graph = \"rings\"")) ==
             "s.toml:4: topology.graph.kind: \"rings\" is not known; did you mean \"ring\"?");
  BOOST_TEST(refusal_of(with_peers("[merging]\npolicy = \"dimatt\"")) ==
             "s.toml:5: merging.policy: \"dimatt\" is not known; did you mean \"dimat\"?");
  BOOST_TEST(refusal_of(with_peers("[merging]\nmode = \"lax\""))
                 .starts_with("s.toml:5: merging.mode: \"lax\""));
}

BOOST_AUTO_TEST_CASE(a_single_peer_is_named) {
  BOOST_TEST(refusal_of("[topology]\nkind = \"peers\"\npeers = 1") ==
             "s.toml:3: topology.peers: 1 leaves peer/0 alone, with nobody to merge with; it must "
             "be 2 or more, or the topology a star");
}

BOOST_AUTO_TEST_CASE(codes_among_peers) {
  BOOST_TEST(refusal_of(with_peers("[coding]\npolicy = \"cyclic\"\nstragglers = 1")) ==
             "s.toml:5: coding.policy: \"cyclic\" cannot be combined with topology.kind = "
             "\"peers\", where everybody learns from data of its own; leave it out, or take a star "
             "or a tree");
  BOOST_TEST(refused_at("s.toml:5: coding.parts: 20 ", "[coding]\nparts = 20"));
  BOOST_TEST(refused_at("s.toml:5: coding.plan: \"auto\" ", "[coding]\nplan = \"auto\""));
}

BOOST_AUTO_TEST_CASE(sparsified_weights) {
  BOOST_TEST(refusal_of(with_peers("[compression]\npolicy = \"top-k\"")) ==
             "s.toml:5: compression.policy: \"top-k\" cannot be combined with topology.kind = "
             "\"peers\": sparsified weights can be neither matched nor merged; leave it out, or "
             "take a star or a tree");
  BOOST_TEST(refused_at("s.toml:5: compression.ratios.kind: \"dagc-r\" ",
                        "[compression]\nratios = \"dagc-r\""));
  BOOST_TEST(refused_at("s.toml:5: compression.feedback.kind: \"ef14\" ",
                        "[compression]\nfeedback = \"ef14\""));
}

BOOST_AUTO_TEST_CASE(levels_among_peers) {
  BOOST_TEST(refused_at("s.toml:5: hierarchy.periods: [4, 2] ", "[hierarchy]\nperiods = [4, 2]"));
  BOOST_TEST(
      refused_at("s.toml:5: hierarchy.participation: 0.5 ", "[hierarchy]\nparticipation = 0.5"));
  BOOST_TEST(refused_at("s.toml:5: hierarchy.groups.kind: \"random\" ",
                        "[hierarchy]\ngroups = \"random\""));
}

BOOST_AUTO_TEST_CASE(what_only_servers_do) {
  BOOST_TEST(refused_at("s.toml:5: optimizer.server.kind: \"adam\" ",
                        "[optimizer]\nserver = { kind = \"adam\" }"));
  BOOST_TEST(refused_at("s.toml:5: optimizer.local_steps: 5 ", "[optimizer]\nlocal_steps = 5"));
  BOOST_TEST(refused_at("s.toml:5: transmission.policy: \"lyapunov\" ",
                        "[transmission]\npolicy = \"lyapunov\""));
}

BOOST_AUTO_TEST_CASE(what_only_peers_do) {
  BOOST_TEST(refusal_of("[merging]\npolicy = \"dimat\"\nsimilarity = \"weights\"") ==
             "s.toml:2: merging.policy: \"dimat\" has no effect with topology.kind = \"star\"; "
             "that must be \"peers\", or this left out");
  BOOST_TEST(refusal_of("[topology]\nedges = [2, 2]\ngraph = \"full\"") ==
             "s.toml:3: topology.graph.kind: \"full\" has no effect with topology.kind = \"tree\"; "
             "that must be \"peers\", or this left out");
  BOOST_TEST(refusal_of("[topology]\nweights = \"lazy\"")
                 .starts_with("s.toml:2: topology.weights.kind: \"lazy\" has no effect"));
  BOOST_TEST(refusal_of("[merging]\nabsence = \"self\"")
                 .starts_with("s.toml:2: merging.absence.kind: \"self\" has no effect"));
  BOOST_TEST(refusal_of("[merging]\npolicy = \"average\"\nevery = 2") == "accepted");
}

BOOST_AUTO_TEST_CASE(merging_keys_that_contradict_each_other) {
  BOOST_TEST(refusal_of(with_peers("[merging]\nevery = 3\nevery_steps = 50")) ==
             "s.toml:5: merging.every: 3 epochs and every_steps = 50 cannot both be; leave one "
             "out");
  BOOST_TEST(refusal_of(with_peers("[merging]\nstaleness = 3")) ==
             "s.toml:5: merging.staleness: 3 has no effect with merging.mode = \"sync\"; that "
             "must be \"bounded\", or this left out");
  BOOST_TEST(refusal_of(with_peers("[merging]\nmode = \"bounded\"\nstaleness = 3")) == "accepted");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::experiments
