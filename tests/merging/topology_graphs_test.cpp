#include <cmath>
#include <sstream>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "algorithms/merging/topologies/files/graph_file.hpp"
#include "algorithms/merging/topologies/spectrum.hpp"
#include "tests/support/peer_networks.hpp"

namespace echelon::merging {
namespace {

namespace data = boost::unit_test::data;

/// What the second eigenvalue is, to the digits of the specification's table.
double left_after_a_round(std::string_view graph, index peers, value_table settings = {}) {
  return second_eigenvalue(make_network(graph, peers, std::move(settings)).mixing(0));
}

const auto to_table = boost::test_tools::tolerance(1e-4);

double error_of_a_period(const peer_network& network) {
  return (period_product(network).array() - 1 / static_cast<double>(network.peers()))
      .abs()
      .maxCoeff();
}

std::string refusal_of(result<peer_network> made) {
  BOOST_REQUIRE(!made.has_value());
  return made.error().detail;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(topology_graphs)

BOOST_AUTO_TEST_CASE(the_spectra_are_those_of_the_specification) {
  const index peers[]{5, 10, 16, 20};
  const double ring[]{0.5393, 0.8727, 0.9493, 0.9674};
  const double bipartite[]{0.5, 0.78, 0.88, 0.9};
  const double star[]{0.8, 0.9, 0.9375, 0.95};
  const double exponential[]{0.25, 0.6, 0.6, 0.6667};
  for (std::size_t i = 0; i < 4; ++i) {
    BOOST_TEST(left_after_a_round("full", peers[i]) == 0);
    BOOST_TEST(left_after_a_round("ring", peers[i]) == ring[i], to_table);
    BOOST_TEST(left_after_a_round("bipartite", peers[i], {{"published", true}}) == bipartite[i],
               to_table);
    BOOST_TEST(left_after_a_round("star", peers[i]) == star[i], to_table);
    BOOST_TEST(left_after_a_round("exponential", peers[i]) == exponential[i], to_table);
  }
  BOOST_TEST(left_after_a_round("torus", 10) == 0.6545, to_table);
  BOOST_TEST(left_after_a_round("torus", 16) == 0.6, to_table);
  BOOST_TEST(left_after_a_round("torus", 20) == 0.7236, to_table);
}

BOOST_AUTO_TEST_CASE(the_spectra_have_their_closed_forms) {
  for (index peers = 3; peers < 40; ++peers) {
    const double turn = 2 * std::numbers::pi / static_cast<double>(peers);
    double largest = 0;
    for (index mode = 1; mode < peers; ++mode)
      largest = std::max(largest, std::abs(1 + 2 * std::cos(turn * static_cast<double>(mode))) / 3);
    BOOST_TEST(std::abs(left_after_a_round("ring", peers) - largest) < 1e-12);
    if (peers % 2 == 0)
      BOOST_TEST(std::abs(left_after_a_round("exponential", peers) -
                          (1 - 2 / (std::ceil(std::log2(peers)) + 1))) < 1e-12);
  }
}

BOOST_AUTO_TEST_CASE(a_ring_weighs_itself_and_its_neighbours_a_third_each) {
  const auto row = make_network("ring", 6).row(2, 0);
  BOOST_TEST(row.self == 1.0 / 3, boost::test_tools::tolerance(1e-15));
  BOOST_TEST((row.others == std::vector<mixing_row::part>{{1, 1.0 / 3}, {3, 1.0 / 3}}));
  BOOST_TEST(make_network("ring", 2).mixing(0)(0, 1) == 0.5);
  BOOST_TEST(make_network("ring", 1).mixing(0)(0, 0) == 1);
}

BOOST_DATA_TEST_CASE(every_graph_is_connected_and_doubly_stochastic, data::make(drawn_topologies()),
                     name) {
  for (index peers = 5; peers < 33; ++peers) {
    const auto graphs = make_graphs(name, peers);
    BOOST_TEST(graphs->peers() == peers);
    const bool undirected = united(graphs->graphs).undirected();
    for (const auto* weights : {"auto", "metropolis-hastings", "lazy"}) {
      const auto made = peer_network::make(graphs, *make_weights(weights),
                                           undirected ? weights_needed::symmetric
                                                      : weights_needed::doubly_stochastic);
      BOOST_TEST(made.has_value(), (made ? "" : made.error().detail));
    }
    const auto push = peer_network::make(graphs, *make_weights("uniform"),
                                         weights_needed::column_stochastic);
    BOOST_TEST(push.has_value(), (push ? "" : push.error().detail));
    const auto network = make_network(name, peers);
    BOOST_TEST(spectral_gap(network) > 0);
    BOOST_TEST(spectral_gap(network) <= 1);
  }
}

BOOST_DATA_TEST_CASE(disagreement_falls_at_the_rate_the_gap_says, data::make(drawn_topologies()),
                     name) {
  const auto network = make_network(name, 12);
  const double left = 1 - spectral_gap(network);
  vector values = vector::LinSpaced(12, -1, 3).array().square();
  const double mean = values.mean();
  const index rounds = 60 * network.period();
  for (index round = 0; round < rounds; ++round)
    values = network.mixing(round) * values;
  BOOST_TEST(std::abs(values.mean() - mean) < 1e-12);
  // 12 norms of the start are above any transient of these matrices, 1e-12 is rounding.
  BOOST_TEST((values.array() - mean).matrix().norm() <
             12 * 9 * std::pow(left, static_cast<double>(rounds)) + 1e-12);
}

BOOST_AUTO_TEST_CASE(one_turn_of_the_one_peer_exponential_graph_averages_powers_of_two_exactly) {
  for (const index peers : {2, 4, 8, 16, 32})
    BOOST_TEST(error_of_a_period(make_network("one-peer-exponential", peers)) < 1e-15);
  const auto twelve = make_network("one-peer-exponential", 12);
  BOOST_TEST(error_of_a_period(twelve) == 0.042, boost::test_tools::tolerance(0.02));
  BOOST_TEST(spectral_gap(make_network("one-peer-exponential", 8)) == 1);
}

BOOST_AUTO_TEST_CASE(base_graphs_average_any_number_exactly_with_few_neighbours) {
  for (index peers = 1; peers <= 40; ++peers)
    for (const index neighbours : {1, 2, 3, 5}) {
      const auto network = make_network("base", peers, {{"neighbours", neighbours}});
      BOOST_TEST(error_of_a_period(network) < 1e-14);
      const double digits = std::log(peers) / std::log(neighbours + 1);
      BOOST_TEST(network.period() <= 2 * digits + 2);
      for (index round = 0; round < network.period(); ++round)
        for (index peer = 0; peer < peers; ++peer)
          BOOST_TEST(std::ssize(network.graph(round).receivers(peer)) <= neighbours);
    }
}

BOOST_AUTO_TEST_CASE(lazy_weights_have_no_negative_eigenvalue) {
  const auto lazy = make_network("ring", 6, {}, "lazy");
  const double ring = (1 + 2 * std::cos(2 * std::numbers::pi / 6)) / 3;
  BOOST_TEST(second_eigenvalue(lazy.mixing(0)) == (1 + ring) / 2,
             boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(random_graphs_have_the_degrees_asked_for_and_repeat_from_their_seed) {
  const auto regular = make_graphs("random-regular", 30, {{"degree", 3}})->graph(0);
  for (index peer = 0; peer < 30; ++peer)
    BOOST_TEST(std::ssize(regular.receivers(peer)) == 3);
  BOOST_TEST(make_graphs("small-world", 30)->graph(0).messages() == 30 * 4);
  BOOST_TEST((make_graphs("small-world", 9, {{"rewiring", 0.0}, {"degree", 2}})->graph(0) ==
              make_graphs("ring", 9)->graph(0)));
  for (const auto* name : {"erdos-renyi", "random-regular", "small-world"}) {
    BOOST_TEST((make_graphs(name, 20, {}, 7)->graph(0) == make_graphs(name, 20, {}, 7)->graph(0)));
    BOOST_TEST((make_graphs(name, 20, {}, 7)->graph(0) != make_graphs(name, 20, {}, 8)->graph(0)));
  }
}

BOOST_AUTO_TEST_CASE(lattices_have_four_neighbours_inside) {
  const auto grid = make_graphs("grid", 12)->graph(0);
  BOOST_TEST(grid.edges().size() == 17);  // 3 x 4: 3 x 3 across and 2 x 4 down
  const auto torus = make_graphs("torus", 12)->graph(0);
  for (index peer = 0; peer < 12; ++peer)
    BOOST_TEST(std::ssize(torus.receivers(peer)) == 4);
  BOOST_TEST((make_graphs("torus", 7)->graph(0) == make_graphs("ring", 7)->graph(0)));
}

BOOST_AUTO_TEST_CASE(a_file_gives_graph_and_weights) {
  std::istringstream text{R"({"graph_type": "path", "experiment id": 4, "num_agents": 3,
    "connectivity": [[1, 1, 0], [1, 1, 1], [0, 1, 1]],
    "pi": [[0.6, 0.4, 0], [0.4, 0.3, 0.3], [0, 0.3, 0.7]]})"};
  const auto read = graph_file::read(text, "path.json", 3);
  BOOST_REQUIRE(read.has_value());
  const auto network = peer_network::make(*read, *make_weights("file"), weights_needed::symmetric);
  BOOST_REQUIRE(network.has_value());
  BOOST_TEST(network->mixing(0)(1, 2) == 0.3);
  BOOST_TEST(network->all_links().edges().size() == 2);
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused_by_one_sentence_that_names_the_peer) {
  const auto network = [](std::string content, std::string_view weights = "auto",
                          weights_needed needed = weights_needed::doubly_stochastic) {
    std::istringstream text{std::move(content)};
    const auto read = graph_file::read(text, "g.json", 2);
    return read ? peer_network::make(*read, *make_weights(weights), needed)
                : std::unexpected(read.error());
  };
  BOOST_TEST(refusal_of(network(R"({"connectivity": [[1, 0], [0, 1]]})")) ==
             "peer/1 never hears from peer/0 over any links; a topology must connect all of its 2 "
             "peers");
  // The two-peer ring of the published files: rows of two thirds.
  BOOST_TEST(refusal_of(network(R"({"connectivity": [[1, 1], [1, 1]],
                                    "pi": [[0.333333, 0.333333], [0.333333, 0.333333]]})")) ==
             "the weights of what peer/0 sends add up to 0.666666; they must add up to 1");
  BOOST_TEST(refusal_of(network(R"({"connectivity": [[1, 1], [1, 1]],
                                    "pi": [[0.5, 0.4], [0.5, 0.6]]})")) ==
             "the weights of what peer/0 hears add up to 0.9; they must add up to 1");
  BOOST_TEST(refusal_of(network(R"({"connectivity": [[1, 0], [0, 1]],
                                    "pi": [[0.5, 0.5], [0.5, 0.5]]})")) ==
             "peer/0 gives peer/1 the weight 0.5 but does not hear it");
  BOOST_TEST(refusal_of(network(R"({"connectivity": [[1, 1], [1, 1]],
                                    "pi": [[1.5, -0.5], [-0.5, 1.5]]})")) ==
             "peer/0 gives peer/1 the weight -0.5; it must be 0 or more");
  BOOST_TEST(refusal_of(network(R"({"connectivity": [[1, 1], [1, 1]],
                                    "pi": [[1, 0], [0, 1]]})"))
                 .starts_with("peer/1 never hears from peer/0"));
  BOOST_TEST(refusal_of(network("[[1]]")).starts_with("g.json: is no JSON object"));
  BOOST_TEST(refusal_of(network(R"({"connectivity": [[1, 1], [1, "x"]]})"))
                 .starts_with("g.json: connectivity is not a matrix of 2 rows"));
  BOOST_TEST(refusal_of(network(R"({"connectivity": [[1, 1], [1, 1]]})", "file"))
                 .starts_with("weights = \"file\": this graph states none"));
  BOOST_TEST(refusal_of(peer_network::make(make_graphs("exponential", 8), *make_weights("auto"),
                                           weights_needed::symmetric))
                 .starts_with("peer/1 gives peer/0 the weight 0.25 and gets 0; both"));
  BOOST_TEST(refusal_of(peer_network::make(make_graphs("star", 4), *make_weights("uniform")))
                 .starts_with("the weights of what peer/0 hears add up to 1.75;"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::merging
