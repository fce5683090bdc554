#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "algorithms/base/random.hpp"
#include "algorithms/merging/topologies/spectrum.hpp"
#include "algorithms/merging/topologies/topology_doctor.hpp"
#include "tests/support/peer_networks.hpp"

namespace echelon::merging {
namespace {

namespace data = boost::unit_test::data;

/// Two full groups of four and one edge between them: 3 and 4.
peer_graph dumbbell() {
  peer_graph graph{8};
  for (const index first : {0, 4})
    for (index a = first; a < first + 4; ++a)
      for (index b = first; b < a; ++b)
        graph.connect(a, b);
  graph.connect(3, 4);
  return graph;
}

topology_report report_of(peer_graph graph) {
  const auto network = peer_network::make(constant(std::move(graph)), *make_weights("auto"));
  BOOST_REQUIRE(network.has_value());
  return examine(*network, {.message_bytes = 1000, .rounds_per_epoch = 2});
}

const auto close = boost::test_tools::tolerance(1e-9);

}  // namespace

BOOST_AUTO_TEST_SUITE(topology_doctors)

BOOST_AUTO_TEST_CASE(a_ring_is_examined) {
  const auto report = examine(make_network("ring", 10), {.message_bytes = 100});
  BOOST_TEST(report.nodes == 10);
  BOOST_TEST(report.edges == 10);
  BOOST_TEST(report.spectral_gap == 1 - 0.872678, boost::test_tools::tolerance(1e-5));
  BOOST_TEST(report.contraction == 1 - report.spectral_gap, close);
  BOOST_TEST(*report.rounds_to_consensus == 51);  // ln 1000 / -ln 0.8727 = 50.7
  BOOST_TEST(report.bytes_per_epoch == 20 * 100);
  BOOST_TEST(report.cut_peers.empty());
  BOOST_REQUIRE(!report.weak_links.empty());
  for (const weak_link& link : report.weak_links) {
    BOOST_TEST(link.resistance == 0.9, close);  // one ohm beside nine
    BOOST_TEST(!link.bridge());
    BOOST_TEST(link.gap_without < report.spectral_gap);
  }
}

BOOST_AUTO_TEST_CASE(a_bridge_is_the_weakest_link_and_its_ends_cut) {
  const auto report = report_of(dumbbell());
  BOOST_TEST((report.weak_links.front().link == peer_link{3, 4}));
  BOOST_TEST(report.weak_links.front().bridge());
  BOOST_TEST(report.weak_links.front().resistance == 1, close);
  BOOST_TEST(!report.weak_links[1].bridge());
  BOOST_TEST(report.cut_peers == (std::vector<index>{3, 4}), boost::test_tools::per_element());
  BOOST_TEST(report.bytes_per_epoch == 2 * 13 * 1000 * 2);
}

BOOST_AUTO_TEST_CASE(varying_graphs_are_counted_over_their_period) {
  const auto report = examine(make_network("one-peer-exponential", 8), {.message_bytes = 1});
  BOOST_TEST(report.spectral_gap == 1);
  BOOST_TEST(*report.rounds_to_consensus == 3);
  BOOST_TEST(report.messages_per_round == 8);
  BOOST_TEST(report.period == 3);
}

BOOST_DATA_TEST_CASE(resistances_of_a_connected_graph_add_up_to_one_less_than_its_peers,
                     data::make(drawn_topologies()), name) {
  const auto network = make_network(name, 12);  // Foster's theorem
  peer_graph graph{12};
  for (const peer_link link : network.all_links().edges())
    graph.connect(link.from, link.to);
  const matrix resistance = effective_resistance(graph);
  double sum = 0;
  for (const peer_link link : graph.edges())
    sum += resistance(link.from, link.to);
  BOOST_TEST(sum == 11, close);
}

BOOST_AUTO_TEST_CASE(a_partition_is_repaired_whoever_is_left) {
  random_stream random{3, "tests.repair"};
  for (int trial = 0; trial < 200; ++trial) {
    peer_graph graph{12};
    for (index a = 0; a < 12; ++a)
      for (index b = 0; b < a; ++b)
        if (random.bernoulli(0.15))
          graph.connect(a, b);
    std::vector<bool> present(12);
    for (index peer = 0; peer < 12; ++peer)
      present[slot(peer)] = random.bernoulli(0.8);
    peer_graph joined = graph;
    for (const peer_link link : propose_repair(graph, present).added)
      joined.connect(link.from, link.to);
    BOOST_TEST(std::ranges::max(components(joined, present)) <= 0);
    const auto proposal = propose_repair(graph, present, 0.1);
    for (const peer_link link : proposal.added) {
      BOOST_TEST((present[slot(link.from)] && present[slot(link.to)]));
      BOOST_TEST(!graph.has(link));
      graph.connect(link.from, link.to);
    }
    const auto parts = components(graph, present);
    BOOST_TEST(std::ranges::max(parts) <= 0);
    BOOST_TEST(proposal.spectral_gap >= 0.1);
  }
}

BOOST_AUTO_TEST_CASE(a_ring_that_loses_a_peer_is_closed_again) {
  std::vector<bool> present(8, true);
  present[3] = false;
  const auto ring = make_graphs("ring", 8)->graph(0);
  BOOST_TEST(propose_repair(ring, present).added.empty());  // a path still connects
  const auto closed = propose_repair(ring, present, spectral_gap(make_network("ring", 7)) - 1e-9);
  BOOST_TEST((closed.added == std::vector<peer_link>{{2, 4}}));
  BOOST_TEST(closed.spectral_gap == spectral_gap(make_network("ring", 7)), close);
}

BOOST_AUTO_TEST_CASE(those_who_are_alone_need_no_repair) {
  const auto ring = make_graphs("ring", 4)->graph(0);
  BOOST_TEST(propose_repair(ring, {false, false, false, false}).added.empty());
  BOOST_TEST(propose_repair(ring, {false, true, false, false}, 0.5).added.empty());
  const auto alone = examine(make_network("full", 1), {.message_bytes = 5});
  BOOST_TEST(alone.spectral_gap == 1);
  BOOST_TEST(alone.bytes_per_epoch == 0);
}

BOOST_AUTO_TEST_CASE(the_meter_takes_the_geometric_mean_of_what_is_left) {
  contraction_meter meter;
  BOOST_TEST(meter.mean() == 0);
  meter.add(8, 4);
  meter.add(1, 0.125);
  meter.add(0, 0);
  BOOST_TEST(meter.merges() == 2);
  BOOST_TEST(meter.last() == 0.125);
  BOOST_TEST(meter.mean() == 0.25, close);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::merging
