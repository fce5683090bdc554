#include <cmath>

#include <boost/test/unit_test.hpp>

#include "tests/support/peer_runs.hpp"

// The specification's consensus experiment (section 12): ring of ten, values 0 ... 9, 300 rounds,
// root mean square of the bias of the final mean over runs.
namespace echelon::merging {
namespace {

constexpr index peers_count = 10;

/// Everybody's row, once.
const std::vector<mixing_row>& ring_rows() {
  static const auto rows = [] {
    const auto network = make_network("ring", peers_count);
    std::vector<mixing_row> all;
    for (index peer = 0; peer < peers_count; ++peer)
      all.push_back(network.row(peer, 0));
    return all;
  }();
  return rows;
}

double mean_left(const absence_policy& policy, double probability, std::uint64_t run) {
  random_stream random{run, "tests.lost_messages"};
  vector values = vector::LinSpaced(peers_count, 0, 9);
  matrix heard = matrix::Zero(peers_count, peers_count);
  std::vector<neighbour_presence> known(slot(peers_count * peers_count));
  for (int round = 0; round < 300; ++round) {
    matrix came = matrix::Zero(peers_count, peers_count);
    for (index to = 0; to < peers_count; ++to)
      for (const auto& other : ring_rows()[slot(to)].others) {
        auto& age = known[slot(to * peers_count + other.peer)].age;
        came(to, other.peer) = random.uniform() >= probability;
        if (came(to, other.peer) != 0) {
          heard(to, other.peer) = values(other.peer);
          age = 0;
        } else if (age) {
          ++*age;
        }
      }
    vector next = values;
    for (index to = 0; to < peers_count; ++to) {
      const mixing_row& row = ring_rows()[slot(to)];
      std::vector<neighbour_presence> of_row;
      for (const auto& other : row.others) {
        of_row.push_back(known[slot(to * peers_count + other.peer)]);
        of_row.back().confirmed = came(to, other.peer) != 0 && came(other.peer, to) != 0;
      }
      const mixing_row weighed = policy.weigh(row, of_row);
      next(to) = weighed.self * values(to);
      for (const auto& other : weighed.others)
        next(to) += other.weight * heard(to, other.peer);
    }
    values = next;
  }
  return values.mean();
}

template <class Run>
double rms_bias(Run run) {
  constexpr std::uint64_t runs = 1000;
  double sum = 0;
  for (std::uint64_t i = 0; i < runs; ++i)
    sum += std::pow(run(i) - 4.5, 2);
  return std::sqrt(sum / runs);
}

double policy_bias(std::string_view name, double probability) {
  const auto policy = make_absence(name, name == "stale" ? value_table{{"age_max", 1000}}
                                                         : value_table{});
  return rms_bias([&](std::uint64_t run) { return mean_left(*policy, probability, run); });
}

/// Push-sum by its own rule; the estimate of the mean is the peers' mean ratio.
double push_bias(bool running, double probability) {
  const auto rule = make_rule("sgp", {{"running_sums", running}});
  double sum = 0;
  constexpr int runs = 100;
  for (int run = 0; run < runs; ++run) {
    random_stream random{static_cast<std::uint64_t>(run), "tests.lost_pushes"};
    const auto network = make_network("ring", peers_count);
    std::vector<peer_state> peers;
    for (index peer = 0; peer < peers_count; ++peer)
      peers.push_back(fresh_peer(*rule, block_of<double>({static_cast<double>(peer)}), 1));
    for (int round = 0; round < 300; ++round) {
      std::vector<std::vector<arrival>> arrived(slot(peers_count));
      for (index from = 0; from < peers_count; ++from)
        for (const auto& to : network.column(from, round).others) {
          auto sent = rule->offer(peers[slot(from)], to.peer, to.weight);
          if (random.uniform() >= probability)
            arrived[slot(to.peer)].push_back({from, 1, std::move(sent)});
        }
      for (index peer = 0; peer < peers_count; ++peer)
        rule->combine(peers[slot(peer)], network.row(peer, round).self, arrived[slot(peer)]);
    }
    double mean = 0;
    for (const peer_state& peer : peers)
      mean += rule->point(peer).as<double>()[0] / peers_count;
    sum += std::pow(mean - 4.5, 2);
  }
  return std::sqrt(sum / runs);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(lost_messages)

BOOST_AUTO_TEST_CASE(the_failure_table_is_that_of_the_specification) {
  // The specification's figures come from 200 runs and are up to 2.6 of their standard errors (5 %)
  // off; those in the middle from 1000 runs of another program, with 2.2 % of standard error, as
  // here.
  const struct {
    std::string_view policy;
    double loss, exact, table;
  } rows[]{{"self", 0.1, 0.187, 0.203},
           {"self", 0.3, 0.330, 0.285},
           {"renormalise", 0.1, 0.232, 0.248},
           {"renormalise", 0.3, 0.420, 0.373}};
  for (const auto& row : rows) {
    const double bias = policy_bias(row.policy, row.loss);
    BOOST_TEST(bias == row.exact, boost::test_tools::tolerance(0.07));
    BOOST_TEST(bias == row.table, boost::test_tools::tolerance(0.16));
  }
  const auto within = boost::test_tools::tolerance(0.1);
  BOOST_TEST(policy_bias("stale", 0.1) == 0.166, within);
  BOOST_TEST(policy_bias("stale", 0.3) == 0.297, within);
  BOOST_TEST(policy_bias("edge-symmetric", 0.1) < 1e-13);
  BOOST_TEST(policy_bias("edge-symmetric", 0.3) < 1e-13);
}

BOOST_AUTO_TEST_CASE(push_sum_is_as_in_the_table_too) {
  const auto within = boost::test_tools::tolerance(0.2);  // 100 runs here, 200 there
  BOOST_TEST(push_bias(false, 0.1) == 0.272, within);
  BOOST_TEST(push_bias(false, 0.3) == 0.466, within);
  BOOST_TEST(push_bias(true, 0.1) < 1e-12);
  BOOST_TEST(push_bias(true, 0.3) < 1e-12);
}

BOOST_AUTO_TEST_CASE(every_policy_gives_rows_that_add_up_to_one) {
  random_stream random{2, "tests.absence"};
  for (const auto& name : absence_policies().names()) {
    const auto policy = make_absence(name);
    for (int trial = 0; trial < 500; ++trial) {
      mixing_row row{0.1 + 0.4 * random.uniform()};
      std::vector<neighbour_presence> known;
      const index others = 1 + random.below(6);
      for (index i = 0; i < others; ++i) {
        row.others.push_back({i, (1 - row.self) / static_cast<double>(others)});
        known.emplace_back();
        if (random.bernoulli(0.7))
          known.back() = {random.below(4), random.bernoulli(0.5)};
      }
      const mixing_row weighed = policy->weigh(row, known);
      double sum = weighed.self;
      for (const auto& other : weighed.others) {
        sum += other.weight;
        BOOST_TEST(known[slot(other.peer)].age.has_value());
      }
      BOOST_TEST(std::abs(sum - 1) < 1e-12);
      std::ranges::fill(known, neighbour_presence{0, true});
      BOOST_TEST(std::abs(policy->weigh(row, known).self - row.self) < 1e-12);
    }
  }
}

BOOST_AUTO_TEST_CASE(late_and_repeated_pushes_change_nothing) {
  const auto rule = make_rule("sgp", {{"running_sums", true}});
  peer_state from = fresh_peer(*rule, block_of<double>({4}), 1);
  peer_state to = fresh_peer(*rule, block_of<double>({2}), 1);
  const parcel first = rule->offer(from, 1, 0.5);
  rule->combine(from, 0.5, {});
  const parcel second = rule->offer(from, 1, 0.5);
  rule->combine(from, 0.5, {});
  for (const parcel& each : {second, first, second}) {
    const std::vector<arrival> heard{{0, 1, each}};
    rule->combine(to, 1, heard);
    BOOST_TEST(to.model.as<double>()[0] == 5);  // 2 + 4 / 2 + 2 / 2
    BOOST_TEST(to.mass == 1.75);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::merging
