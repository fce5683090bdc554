#include <cmath>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "tests/support/delays.hpp"

namespace echelon::transmission {
namespace {

namespace data = boost::unit_test::data;

constexpr delay_context nodes{.workers = 8, .edges = 3, .seed = 11};

const value_table worker_speed{
    {"compute_shift_s", 10.0}, {"compute_rate_per_s", 0.1}, {"link_s", 10.0}, {"link_loss", 0.1}};

/// The models that draw: each can be made without a file.
std::vector<std::string> drawing_models() { return {"shifted-exponential", "markov", "transient"}; }

delay_model_ptr make(std::string_view name, value_table slow = {},
                     std::uint64_t seed = nodes.seed) {
  delay_context context = nodes;
  context.seed = seed;
  return make_delays(name,
                     {{"worker", worker_speed},
                      {"edge", value_table{{"link_s", 2.0}}},
                      {"slow", std::move(slow)}},
                     context)
      .value();
}

struct moments {
  double mean = 0;
  double variance = 0;
};

/// Over all workers and many rounds.
template <class Draw>
moments moments_of(index rounds, Draw draw) {
  double sum = 0;
  double squares = 0;
  for (index round = 0; round < rounds; ++round)
    for (index number = 0; number < nodes.workers; ++number) {
      const double time = draw(worker(number), round);
      sum += time;
      squares += time * time;
    }
  const double count = static_cast<double>(rounds * nodes.workers);
  return {sum / count, squares / count - sum / count * (sum / count)};
}

double share_slow(const delay_model& model, index rounds) {
  return moments_of(rounds,
                    [&](node_id node, index round) { return model.slow(node, round) ? 1.0 : 0.0; })
      .mean;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(delay_laws)

BOOST_DATA_TEST_CASE(every_answer_is_a_pure_function_of_seed_node_and_round,
                     data::make(drawing_models()), name) {
  const auto once = make(name);
  const auto again = make(name);
  const auto other = make(name, {}, 12);
  int different = 0;
  for (index round = 50; round >= 0; --round)  // the order of questions must not matter
    for (index number = 0; number < nodes.workers; ++number) {
      const node_id node = worker(number);
      const auto time = once->compute(node, round, 3);
      BOOST_REQUIRE(time == again->compute(node, round, 3));
      BOOST_REQUIRE(once->link(node, round, direction::up) ==
                    again->link(node, round, direction::up));
      BOOST_REQUIRE(once->slow(node, round) == again->slow(node, round));
      different += time != other->compute(node, round, 3);
    }
  BOOST_TEST(different == 51 * nodes.workers);
}

BOOST_DATA_TEST_CASE(times_are_linear_in_the_load, data::make(drawing_models()), name) {
  const auto model = make(name, {{"factor", 7.0}});
  for (index round = 0; round < 200; ++round) {
    const double one = model->compute(worker(round % 8), round, 1).count();
    for (const double parts : {0.0, 2.0, 0.5, 100.0})
      BOOST_REQUIRE(std::abs(model->compute(worker(round % 8), round, parts).count() -
                             parts * one) <= 1e-12 * parts * one);
  }
}

BOOST_DATA_TEST_CASE(slow_multiplies_a_workers_computing_and_an_edges_link,
                     data::make(drawing_models()), name) {
  const auto plain = make(name, {{"factor", 1.0}});
  const auto slowed = make(name, {{"factor", 10.0}});
  int slow = 0;
  for (index round = 0; round < 2000; ++round) {
    const node_id node = worker(round % 8);
    const double factor = slowed->slow(node, round) ? 10 : 1;
    slow += factor > 1;
    BOOST_REQUIRE(slowed->compute(node, round, 2) == factor * plain->compute(node, round, 2));
    BOOST_REQUIRE(slowed->link(node, round, direction::up) ==
                  plain->link(node, round, direction::up));
    const node_id relay = edge(round % 3);
    const double edge_factor = slowed->slow(relay, round) ? 10 : 1;
    BOOST_REQUIRE(slowed->link(relay, round, direction::down) ==
                  edge_factor * plain->link(relay, round, direction::down));
  }
  BOOST_TEST((slow > 0 || name == "shifted-exponential"));  // which is never slow by default
}

BOOST_AUTO_TEST_CASE(computing_has_the_mean_and_variance_of_a_shifted_exponential) {
  const auto model = make("shifted-exponential");
  const auto found = moments_of(
      40'000, [&](node_id node, index round) { return model->compute(node, round, 4).count(); });
  // Mean D shift + D/rate = 80, variance (D/rate)^2 = 1600; six standard errors of 320,000 draws.
  BOOST_TEST(std::abs(found.mean - 80) < 6 * 40 / std::sqrt(320'000.0));
  BOOST_TEST(std::abs(found.variance / 1600 - 1) < 6 * std::sqrt(8 / 320'000.0));
}

BOOST_AUTO_TEST_CASE(links_take_a_geometric_number_of_tries) {
  const auto model = make("shifted-exponential");
  for (const direction way : {direction::up, direction::down}) {
    const auto found = moments_of(
        40'000, [&](node_id node, index round) { return model->link(node, round, way).count(); });
    // Mean tau / (1 - p), variance tau^2 p / (1 - p)^2.
    const double variance = 100 * 0.1 / 0.81;
    BOOST_TEST(std::abs(found.mean - 10 / 0.9) < 6 * std::sqrt(variance / 320'000));
    BOOST_TEST(std::abs(found.variance / variance - 1) < 0.05);
  }
}

BOOST_DATA_TEST_CASE(nodes_rounds_and_ways_are_independent, data::make(drawing_models()), name) {
  const auto model = make(name, {{"factor", 1.0}});
  const double mean = 20;
  double rounds = 0;
  double neighbours = 0;
  double ways = 0;
  constexpr index count = 100'000;
  for (index round = 0; round < count; ++round) {
    const double here = model->compute(worker(1), round, 1).count() - mean;
    rounds += here * (model->compute(worker(1), round + 1, 1).count() - mean);
    neighbours += here * (model->compute(worker(2), round, 1).count() - mean);
    ways += (model->link(worker(1), round, direction::up).count() - 10 / 0.9) *
            (model->link(worker(1), round, direction::down).count() - 10 / 0.9);
  }
  // Correlations of independent draws have a standard error of 1 / sqrt(count).
  BOOST_TEST(std::abs(rounds / count / 100) < 6 / std::sqrt(count));
  BOOST_TEST(std::abs(neighbours / count / 100) < 6 / std::sqrt(count));
  BOOST_TEST(std::abs(ways / count / (100 * 0.1 / 0.81)) < 6 / std::sqrt(count));
}

BOOST_AUTO_TEST_CASE(independent_slowness_comes_with_its_probability) {
  BOOST_TEST(std::abs(share_slow(*make("shifted-exponential", {{"probability", 0.15}}), 20'000) -
                      0.15) < 6 * std::sqrt(0.15 * 0.85 / 160'000));
  BOOST_TEST(share_slow(*make("shifted-exponential"), 1000) == 0);
  BOOST_TEST(share_slow(*make("shifted-exponential", {{"probability", 1.0}}), 100) == 1);
}

BOOST_AUTO_TEST_CASE(markov_chains_are_stationary_from_the_first_round_on) {
  for (const auto& [enter, stay] : {std::pair{0.05, 0.8}, {0.2, 0.2}, {0.9, 0.1}, {0.01, 0.99}}) {
    const double expected = enter / (enter + 1 - stay);
    int slow = 0;
    constexpr int chains = 4000;
    for (int seed = 0; seed < chains; ++seed)
      slow += make("markov", {{"enter", enter}, {"stay", stay}}, static_cast<std::uint64_t>(seed))
                  ->slow(worker(0), 0);
    BOOST_TEST(std::abs(slow / double{chains} - expected) < 6 * std::sqrt(expected / chains));
  }
}

BOOST_AUTO_TEST_CASE(markov_chains_change_state_with_their_probabilities) {
  for (const auto& [enter, stay] : {std::pair{0.05, 0.8}, {0.7, 0.2}}) {
    const auto model = make("markov", {{"enter", enter}, {"stay", stay}});
    double from_fast = 0, fast = 0, kept = 0, slow = 0;
    for (index round = 0; round < 100'000; ++round) {
      const bool next = model->slow(worker(3), round + 1);
      if (model->slow(worker(3), round)) {
        ++slow;
        kept += next;
      } else {
        ++fast;
        from_fast += next;
      }
    }
    BOOST_TEST(std::abs(from_fast / fast - enter) < 6 * std::sqrt(enter * (1 - enter) / fast));
    BOOST_TEST(std::abs(kept / slow - stay) < 6 * std::sqrt(stay * (1 - stay) / slow));
  }
}

BOOST_AUTO_TEST_CASE(bursts_last_their_rounds) {
  const auto model = make("transient", {{"probability", 0.01}, {"rounds", 6}});
  // Slow unless none of six rounds started a burst.
  const double expected = 1 - std::pow(0.99, 6);
  BOOST_TEST(std::abs(share_slow(*model, 20'000) - expected) < 0.01);
  index run = 0;
  for (index round = 1; round < 20'000; ++round) {
    const bool slow = model->slow(worker(0), round);
    BOOST_REQUIRE((slow || run == 0 || run >= 6 || run == round - 1));
    run = slow ? run + 1 : 0;
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::transmission
