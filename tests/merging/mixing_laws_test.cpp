#include <cmath>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "algorithms/merging/mixing/disagreement.hpp"
#include "algorithms/merging/topologies/spectrum.hpp"
#include "tests/support/peer_runs.hpp"

// What holds for every rule of the catalogue.
namespace echelon::merging {
namespace {

namespace data = boost::unit_test::data;

constexpr index numbers = 7;

std::string weights_for(std::string_view rule) {
  return make_rule(rule)->traits().eigenvalue_above > -1 ? "lazy" : "auto";
}

std::vector<block> drawn_models(index peers, std::uint64_t seed) {
  random_stream random{seed, "laws.mixing"};
  std::vector<block> models;
  for (index peer = 0; peer < peers; ++peer) {
    std::vector<double> model(slot(numbers));
    for (double& number : model)
      number = random.normal();
    models.push_back(block_of<double>(model));
  }
  return models;
}

block no_gradient(index, const block& point) {
  return block_of<double>(std::vector<double>(slot(point.size())));
}

/// f_i = c_i / 2 |x - b_i|^2; with spread 0 all data are the same.
peer_run::gradient_function quadratics(double spread) {
  return [spread](index peer, const block& point) {
    const auto x = point.as<double>();
    std::vector<double> gradient(x.size());
    const double curvature = 1 + spread * 0.2 * static_cast<double>(peer % 3);
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double best = static_cast<double>(i) + spread * std::sin(static_cast<double>(peer));
      gradient[i] = curvature * (x[i] - best);
    }
    return block_of<double>(gradient);
  };
}

double best_number(index peers, double spread, std::size_t i) {
  double top = 0, bottom = 0;
  for (index peer = 0; peer < peers; ++peer) {
    const double curvature = 1 + spread * 0.2 * static_cast<double>(peer % 3);
    top += curvature * (static_cast<double>(i) + spread * std::sin(static_cast<double>(peer)));
    bottom += curvature;
  }
  return top / bottom;
}

double disagreement_of(const peer_run& run) {
  std::vector<vector_view> models;
  for (const peer_state& peer : run.peers)
    models.emplace_back(peer.model);
  return disagreement(models, {0, numbers});
}

/// What is to stay as it is: the sum of models; with running sums, what is on its way included.
std::vector<double> total_of(const peer_run& run) {
  std::vector<double> total(slot(numbers));
  const auto add = [&](double sign, const block_builder& some) {
    const auto values = numbers_of(some);
    for (std::size_t i = 0; i < values.size(); ++i)
      total[i] += sign * values[i];
  };
  for (const peer_state& peer : run.peers) {
    add(1, peer.model);
    for (const edge_account& account : peer.accounts) {
      add(1, account.sent);
      add(-1, account.taken);
    }
  }
  return total;
}

double largest_change(const std::vector<double>& a, const std::vector<double>& b) {
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    most = std::max(most, std::abs(a[i] - b[i]));
  return most;
}

peer_run started(std::string_view rule, std::string_view graph, index peers, std::uint64_t seed = 1,
                 message_loss loss = {}, value_table settings = {}) {
  return {make_rule(rule, std::move(settings)), make_network(graph, peers, {}, weights_for(rule)),
          drawn_models(peers, seed), numbers, std::move(loss)};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(mixing_laws)

BOOST_DATA_TEST_CASE(mixing_alone_keeps_the_mean_and_brings_peers_together,
                     data::make(mixing_rules().names()), name) {
  const auto traits = make_rule(name)->traits();
  for (const auto* graph : {"ring", "torus", "star", "grid", "exponential", "base"}) {
    const bool directed = std::string_view{graph} == "exponential";
    if (directed &&
        (traits.weights == weights_needed::symmetric || traits.with == exchange::active_passive))
      continue;
    const bool varies = std::string_view{graph} == "base";
    if (varies && (traits.constant_weights || traits.with == exchange::active_passive))
      continue;  // a base graph's union has odd cycles
    auto run = started(name, graph, 8);
    const auto before = total_of(run);
    const double apart = disagreement_of(run);
    for (int step = 0; step < 1200; ++step)
      run.step(no_gradient, 0.1);
    // Rounding adds up over the steps; in D2 all that came before counts again each time.
    BOOST_TEST(largest_change(total_of(run), before) < (name == "d2" ? 1e-9 : 1e-11));
    // All-reduce mixes gradients, not models.
    if (name != "all-reduce")
      BOOST_TEST(disagreement_of(run) < 1e-6 * apart, name << " on a " << graph);
  }
}

BOOST_DATA_TEST_CASE(equal_data_and_start_make_plain_descent_of_the_same_kind,
                     data::make(mixing_rules().names()), name) {
  // Peers that agree stay together on any graph, whatever the rule.
  const auto one = drawn_models(1, 5).front();
  peer_run run{make_rule(name), make_network("ring", 6, {}, weights_for(name)),
               std::vector<block>(6, one), numbers};
  for (int step = 0; step < 400; ++step) {
    run.step(quadratics(0), 0.02);
    BOOST_TEST(disagreement_of(run) < 1e-20);
  }
  BOOST_TEST(std::abs(mean_of(run.peers)[3] - 3) < 0.05);
}

BOOST_DATA_TEST_CASE(unequal_data_end_near_the_best_for_all, data::make(mixing_rules().names()),
                     name) {
  // CGA weighs gradients anew and ends elsewhere; the others keep a bias of the order of the rate.
  if (name == "cga")
    return;
  auto run = started(name, "ring", 6);
  for (int step = 0; step < 6000; ++step)
    run.step(quadratics(1), 0.01);
  const auto mean = mean_of(run.peers);
  for (std::size_t i = 0; i < mean.size(); ++i)
    BOOST_TEST(std::abs(mean[i] - best_number(6, 1, i)) < 0.1);
}

BOOST_AUTO_TEST_CASE(corrected_rules_leave_no_bias_and_consensus_descent_does) {
  const auto bias = [](std::string_view name) {
    auto run = started(name, "ring", 6);
    for (int step = 0; step < 4000; ++step)
      run.step(quadratics(1), 0.05);
    double most = 0;
    for (const peer_state& peer : run.peers)
      for (std::size_t i = 0; i < numbers; ++i)
        most = std::max(most, std::abs(peer.model.as<double>()[i] - best_number(6, 1, i)));
    return most;
  };
  BOOST_TEST(bias("d2") < 1e-10);
  BOOST_TEST(bias("gradient-tracking") < 1e-10);
  BOOST_TEST(bias("cdsgd") > 1e-3);
  // Momentum multiplies the bias of mixing; DecentLaM does not let it.
  BOOST_TEST(bias("decentlam") < 1.01 * bias("cdsgd"));
  BOOST_TEST(bias("cdmsgd") > 3 * bias("cdsgd"));
}

BOOST_AUTO_TEST_CASE(on_a_full_graph_consensus_descent_is_all_reduce) {
  const auto one = drawn_models(1, 9).front();
  const std::vector<block> models(6, one);
  peer_run consensus{make_rule("cdsgd", {{"order", "adapt-first"}}), make_network("full", 6),
                     models, numbers};
  peer_run pushed{make_rule("sgp"), make_network("full", 6), models, numbers};
  peer_run reduced{make_rule("all-reduce"), make_network("full", 6), models, numbers};
  peer_run averaged{make_rule("fedavg", {{"local_steps", 1}}), make_network("ring", 6), models,
                    numbers};
  for (int step = 0; step < 50; ++step) {
    for (peer_run* run : {&consensus, &pushed, &reduced, &averaged})
      run->step(quadratics(1), 0.1);
    for (std::size_t peer = 0; peer < 6; ++peer)
      for (peer_run* run : {&consensus, &pushed, &averaged})
        BOOST_TEST(largest_change(numbers_of(run->peers[peer].model),
                                  numbers_of(reduced.peers[peer].model)) < 1e-13);
  }
}

BOOST_AUTO_TEST_CASE(on_regular_graphs_push_sum_is_adapt_first_consensus) {
  for (const auto* graph : {"ring", "exponential", "one-peer-exponential", "torus"}) {
    auto push = started("sgp", graph, 8);
    auto plain = started("cdsgd", graph, 8, 1, {}, {{"order", "adapt-first"}});
    for (int step = 0; step < 60; ++step) {
      push.step(quadratics(1), 0.1);
      plain.step(quadratics(1), 0.1);
      for (std::size_t peer = 0; peer < 8; ++peer) {
        BOOST_TEST(std::abs(push.peers[peer].mass - 1) < 1e-13);
        BOOST_TEST(largest_change(numbers_of(push.peers[peer].model),
                                  numbers_of(plain.peers[peer].model)) < 1e-12);
      }
    }
  }
}

BOOST_DATA_TEST_CASE(a_tenth_of_the_messages_lost_leaves_the_mean_of_edge_symmetric_drops,
                     data::make(mixing_rules().names()), name) {
  const auto traits = make_rule(name)->traits();
  if (traits.with != exchange::neighbours || traits.differs_by_peer)
    return;
  for (const auto* graph : {"ring", "torus", "star", "base"}) {
    if (traits.constant_weights && std::string_view{graph} == "base")
      continue;
    auto run = started(name, graph, 8, 1, {.probability = 0.1});
    const auto before = total_of(run);
    for (int step = 0; step < 900; ++step)
      run.step(no_gradient, 0.1);
    BOOST_TEST(largest_change(total_of(run), before) < (name == "d2" ? 1e-9 : 1e-11));
    BOOST_TEST(disagreement_of(run) < 1e-6, name << " on a " << graph);
  }
}

BOOST_AUTO_TEST_CASE(losses_do_not_change_where_consensus_descent_takes_the_mean) {
  auto run = started("cdsgd", "ring", 10, 1, {.probability = 0.1});
  for (int step = 0; step < 200; ++step) {
    auto expected = mean_of(run.peers);
    for (index peer = 0; peer < 10; ++peer) {
      const auto slope = numbers_of(
          quadratics(1)(peer, make_rule("cdsgd")->point(run.peers[slot(peer)])));
      for (std::size_t i = 0; i < numbers; ++i)
        expected[i] -= 0.05 * slope[i] / 10;
    }
    run.step(quadratics(1), 0.05);
    BOOST_TEST(largest_change(mean_of(run.peers), expected) < 1e-13);
  }
}

BOOST_AUTO_TEST_CASE(running_sums_lose_nothing_and_plain_push_sum_does) {
  for (const auto* graph : {"ring", "star", "one-peer-exponential", "erdos-renyi"}) {
    const auto run_with = [&](bool running) {
      peer_run run{make_rule("sgp", {{"running_sums", running}}),
                   make_network(graph, 10, {}, "uniform", weights_needed::column_stochastic),
                   drawn_models(10, 4), numbers, message_loss{.probability = 0.1}};
      for (int step = 0; step < 600; ++step)
        run.step(no_gradient, 0.1);
      return run;
    };
    const auto start = started("sgp", "ring", 10, 4);
    const auto mean = mean_of(start.peers);
    const auto error = [&](const peer_run& run) {
      double most = 0;
      for (const peer_state& peer : run.peers)
        most = std::max(most, largest_change(numbers_of(make_rule("sgp")->point(peer)), mean));
      return most;
    };
    const auto kept = run_with(true);
    BOOST_TEST(error(kept) < 1e-10);
    BOOST_TEST(largest_change(total_of(kept), total_of(start)) < 1e-10);
    BOOST_TEST(error(run_with(false)) > 1e-3);
  }
}

BOOST_AUTO_TEST_CASE(single_precision_keeps_the_mean_to_its_own_rounding) {
  for (const bool push : {false, true}) {
    std::vector<block> models;
    for (int peer = 0; peer < 10; ++peer)
      models.push_back(block_of<float>({peer - 4.5, 0.1 * peer}));
    peer_run run{push ? make_rule("sgp", {{"running_sums", true}}) : make_rule("cdsgd"),
                 make_network("ring", 10), models, 2, message_loss{.probability = 0.1}};
    for (int step = 0; step < 400; ++step)
      run.step([](index, const block&) { return block_of<float>({0, 0}); }, 0.1);
    for (const peer_state& peer : run.peers) {
      const auto point = numbers_of(make_rule(push ? "sgp" : "cdsgd")->point(peer));
      BOOST_TEST(std::abs(point[0]) < 2e-6);  // 4.5 times 2^-24 a step, some of it cancelled
      BOOST_TEST(std::abs(point[1] - 0.45) < 1e-6);
    }
  }
}

BOOST_DATA_TEST_CASE(a_copy_of_the_state_goes_on_with_the_same_bits,
                     data::make(mixing_rules().names()), name) {
  auto run = started(name, "ring", 6);
  for (int step = 0; step < 7; ++step)
    run.step(quadratics(1), 0.05);
  auto resumed = run;
  for (peer_state& peer : resumed.peers)
    peer = copy_of(peer);
  for (int step = 0; step < 7; ++step) {
    run.step(quadratics(1), 0.05);
    resumed.step(quadratics(1), 0.05);
  }
  for (std::size_t peer = 0; peer < 6; ++peer)
    BOOST_TEST(frozen_copy(run.peers[peer].model).hash() ==
               frozen_copy(resumed.peers[peer].model).hash());
}

BOOST_DATA_TEST_CASE(traits_tell_what_a_rule_sends, data::make(mixing_rules().names()), name) {
  const auto rule = make_rule(name);
  auto run = started(name, "ring", 6);
  run.step(quadratics(1), 0.05);
  peer_state& peer = run.peers.front();
  BOOST_TEST(std::ssize(peer.slots) == rule->traits().slots);
  const parcel sent = rule->offer(peer, 1, 1.0 / 3);
  double bytes = 0;
  for (const block& vector : sent.vectors)
    bytes += static_cast<double>(vector.bytes().size());
  BOOST_TEST(bytes == message_bytes(rule->traits(), numbers, precision::double_));
}

BOOST_AUTO_TEST_CASE(disagreement_falls_on_quadratics_as_the_gap_says) {
  for (const auto* graph : {"ring", "star", "torus", "exponential"}) {
    auto run = started("cdsgd", graph, 12);
    const auto network = make_network(graph, 12);
    const double left = contraction(network.mixing(0));
    double apart = disagreement_of(run);
    for (int step = 0; step < 30; ++step) {
      run.step(no_gradient, 0.1);
      const double after = disagreement_of(run);
      BOOST_TEST(after <= left * left * apart * (1 + 1e-9) + 1e-28);
      apart = after;
    }
  }
}

BOOST_AUTO_TEST_CASE(rules_refuse_weights_that_do_not_fit_them) {
  const auto refusal = [](std::string_view rule, const peer_network& network) {
    const auto checked = check_rule(*make_rule(rule), network);
    return checked ? std::string{} : checked.error().detail;
  };
  BOOST_TEST(
      refusal("d2", make_network("ring", 6))
          .starts_with(
              "the weights' smallest eigenvalue is -0.3333; this rule needs it above -0.3333"));
  BOOST_TEST(refusal("d2", make_network("ring", 6, {}, "lazy")) == "");
  BOOST_TEST(refusal("ad-psgd", make_network("ring", 5)).find("odd length") != std::string::npos);
  BOOST_TEST(refusal("ad-psgd", make_network("ring", 6)) == "");
  const auto star = make_network("star", 5, {}, "uniform", weights_needed::column_stochastic);
  BOOST_TEST(refusal("cdsgd", star).starts_with("the weights of what peer/0 hears"));
  BOOST_TEST(refusal("sgp", star) == "");
  BOOST_TEST(
      refusal("decentlam", make_network("base", 8))
          .starts_with("the graph repeats after 3 rounds only; this rule needs one that stays"));
  const auto one_way = check_absence(*make_absence("edge-symmetric"),
                                     make_network("exponential", 8));
  BOOST_TEST(one_way.error().detail.starts_with("peer/1 gives peer/0 the weight 0.25 and gets 0;"));
  BOOST_TEST(check_absence(*make_absence("self"), make_network("exponential", 8)).has_value());
}

BOOST_AUTO_TEST_CASE(pairs_are_edges_and_nobody_is_in_two) {
  random_stream random{11, "laws.pairs"};
  const auto graph = make_graphs("grid", 12)->graph(0);
  for (int trial = 0; trial < 300; ++trial)
    for (const exchange with : {exchange::random_edge, exchange::active_passive}) {
      std::vector<int> times(12);
      for (const peer_link pair : draw_pairs(with, graph, random)) {
        BOOST_TEST(graph.has(pair));
        BOOST_TEST(++times[slot(pair.from)] == 1);
        BOOST_TEST(++times[slot(pair.to)] == 1);
      }
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::merging
