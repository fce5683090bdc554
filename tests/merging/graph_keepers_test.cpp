#include "algorithms/merging/topologies/graph_keeper.hpp"

#include "algorithms/base/random.hpp"
#include "algorithms/merging/mixing/absence_policies.hpp"
#include "algorithms/merging/topologies/spectrum.hpp"
#include "tests/support/peer_networks.hpp"

// Graphs that get new links where peers or links are gone.
namespace echelon::merging {
namespace {

using links = std::vector<peer_link>;

peer_graph ring_of(index peers) { return make_graphs("ring", peers)->graph(0); }

/// What links are to add up to again, and how many more are added for it.
constexpr double gap_share = 0.9;
constexpr index links_max = 8;

double gap_among(const peer_graph& graph, const std::vector<bool>& present) {
  return propose_repair(graph, present).spectral_gap;
}

/// Whoever is left mixes by doubly stochastic weights that agree in the end and keep the mean.
void check_mixing_of(const peer_graph& graph, const std::vector<bool>& present,
                     random_stream& random) {
  BOOST_TEST(std::ranges::max(components(graph, present)) <= 0);
  for (const std::string_view weights : {"metropolis-hastings", "lazy"}) {
    const auto network = peer_network::make(constant(graph), *make_weights(weights),
                                            weights_needed::symmetric);
    BOOST_REQUIRE(network.has_value());
    const matrix mixing = mixing_among(present, *network, 0, edge_symmetric{});
    if (mixing.rows() == 0)
      continue;
    BOOST_TEST((mixing - mixing.transpose()).cwiseAbs().maxCoeff() < 1e-12);
    BOOST_TEST((mixing.rowwise().sum().array() - 1).abs().maxCoeff() < 1e-12);
    BOOST_TEST(mixing.minCoeff() >= 0);
    BOOST_TEST(contraction(mixing) < 1 - 1e-6);
    vector values(mixing.rows());
    for (double& value : values)
      value = random.normal();
    BOOST_TEST(std::abs((mixing * values).mean() - values.mean()) < 1e-12);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(graph_keepers)

BOOST_AUTO_TEST_CASE(whoever_leaves_and_comes_those_who_are_there_agree_on_their_mean) {
  for (const std::string& name : drawn_topologies())
    for (std::uint64_t seed = 0; seed < 5; ++seed)
      BOOST_TEST_CONTEXT(name << ", seed " << seed) {
        peer_graph graph = make_graphs(name, 12)->graph(0);
        if (!graph.undirected() || !check_connected(graph))
          continue;
        random_stream random{seed, "tests.graph_keepers"};
        graph_keeper keeper{graph};
        std::vector<bool> present(12, true);
        for (int event = 0; event < 30; ++event) {
          const index peer = random.below(12);
          present[slot(peer)] = !present[slot(peer)];
          present[slot(peer)] ? keeper.regain(peer) : keeper.lose(peer);
          const links added = keeper.repair();
          for (const peer_link& link : added) {
            BOOST_TEST((present[slot(link.from)] && present[slot(link.to)]));
            BOOST_TEST(link.from < link.to);
            BOOST_TEST(!graph.has(link));
            graph.connect(link.from, link.to);
          }
          BOOST_TEST((keeper.graph() == graph));
          BOOST_TEST(keeper.repair().empty());
          if (!present[slot(peer)])
            check_mixing_of(graph, present, random);
        }
      }
}

BOOST_AUTO_TEST_CASE(a_leave_costs_at_most_a_tenth_of_the_gap_if_eight_links_do) {
  for (const std::string_view name : {"ring", "star", "torus", "grid"}) {
    const peer_graph whole = make_graphs(name, 16)->graph(0);
    const std::vector<bool> all(16, true);
    for (index gone = 0; gone < 16; ++gone) {
      graph_keeper keeper{whole};
      keeper.lose(gone);
      const auto added = std::ssize(keeper.repair());
      auto present = all;
      present[slot(gone)] = false;
      BOOST_TEST_CONTEXT(name << " without " << gone << ": " << added << " links")
      BOOST_TEST((gap_among(keeper.graph(), present) >= gap_share * gap_among(whole, all) ||
                  added >= links_max));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_ring_is_closed_again_and_a_full_graph_needs_nothing) {
  graph_keeper ring{ring_of(8)};
  BOOST_TEST(ring.repair().empty());
  ring.lose(3);
  BOOST_TEST((ring.repair() == links{{2, 4}}));
  ring.regain(3);
  BOOST_TEST(ring.repair().empty());
  graph_keeper full{make_graphs("full", 8)->graph(0)};
  full.lose(3);
  BOOST_TEST(full.repair().empty());
}

BOOST_AUTO_TEST_CASE(a_link_counts_as_cut_after_three_rounds_and_is_not_proposed_again) {
  graph_keeper keeper{ring_of(8)};
  const std::set<peer_link> cut{{0, 7}};
  for (int round = 0; round < 2; ++round)
    keeper.missed(cut);
  keeper.missed({});
  for (int round = 0; round < 2; ++round)
    keeper.missed(cut);
  BOOST_TEST(keeper.repair().empty());
  keeper.missed(cut);
  const links added = keeper.repair();
  BOOST_TEST(!added.empty());
  BOOST_TEST(std::ranges::count(added, peer_link{0, 7}) == 0);
  for (int round = 0; round < 5; ++round)
    keeper.missed(cut);
  BOOST_TEST(keeper.repair().empty());
}

BOOST_AUTO_TEST_CASE(what_was_missed_while_a_peer_was_gone_does_not_count_when_it_is_back) {
  graph_keeper keeper{ring_of(8)};
  const std::set<peer_link> idle{{3, 4}};
  keeper.missed(idle);
  keeper.lose(3);
  BOOST_TEST((keeper.repair() == links{{2, 4}}));
  for (int round = 0; round < 5; ++round)
    keeper.missed(idle);
  keeper.regain(3);
  for (int round = 0; round < 2; ++round)
    keeper.missed(idle);
  BOOST_TEST(keeper.repair().empty());
  keeper.missed(idle);
  BOOST_TEST(!keeper.repair().empty());
}

BOOST_AUTO_TEST_CASE(nobody_links_across_a_cut) {
  const auto west = [](index peer) { return peer < 4; };
  peer_graph graph = ring_of(8);
  std::set<peer_link> cut;
  for (index a = 0; a < 4; ++a)
    for (index b = 4; b < 8; ++b) {
      graph.connect(a, b);
      cut.insert({a, b});
    }
  graph_keeper keeper{graph};
  for (int round = 0; round < 3; ++round)
    keeper.missed(cut);
  const links added = keeper.repair();
  BOOST_TEST(!added.empty());
  for (const peer_link& link : added)
    BOOST_TEST(west(link.from) == west(link.to));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::merging
