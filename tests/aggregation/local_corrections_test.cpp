#include <boost/test/unit_test.hpp>

#include "algorithms/aggregation/control_variate.hpp"
#include "algorithms/aggregation/proximal.hpp"
#include "tests/support/optimisers.hpp"

namespace echelon::aggregation {
namespace {

const auto close = boost::test_tools::tolerance(1e-12);
const auto each = boost::test_tools::per_element();

block block_of(const std::vector<double>& numbers) {
  return block::freeze(learning::builder_of<double>(numbers));
}

std::vector<double> numbers_of(const block_builder& built) {
  const auto seen = built.as<double>();
  return {seen.begin(), seen.end()};
}

/// F_j(x) = curvature (x - best)^2 / 2 of three unlike workers; the mean has its minimum where the
/// weighted mean of slopes vanishes.
struct worker {
  double curvature;
  double best;

  double slope(double x) const { return curvature * (x - best); }
};

const std::vector<worker> workers{{1, 4}, {2, -1}, {6, 0.5}};
constexpr double optimum = (4 - 2 + 3) / 9.0;
constexpr double rate = 0.02;
constexpr index steps = 10;

/// Rounds of ten local steps of everybody.
double averaged(int rounds) {
  double model = 0;
  for (int round = 0; round < rounds; ++round) {
    double mean = 0;
    for (const worker& one : workers) {
      double x = model;
      for (index step = 0; step < steps; ++step)
        x -= rate * one.slope(x);
      mean += x / 3;
    }
    model = mean;
  }
  return model;
}

/// The same with control variates; `present` of the workers take turns.
double with_variates(int rounds, std::size_t present) {
  double model = 0;
  block_builder server{1, precision::double_};
  std::vector<block> own(3, block_of({0}));
  for (int round = 0; round < rounds; ++round) {
    const block announced = block_of(numbers_of(server));
    double change = 0;
    for (std::size_t place = 0; place < present; ++place) {
      const std::size_t who = (static_cast<std::size_t>(round) + place) % 3;
      double x = model;
      for (index step = 0; step < steps; ++step) {
        auto gradient = learning::builder_of<double>({workers[who].slope(x)});
        correct_drift(gradient, own[who], announced);
        x -= rate * gradient.as<double>()[0];
      }
      const block next = renewed_variate(own[who], announced, block_of({model}), block_of({x}),
                                         steps, rate);
      absorb(server, block_of({next.as<double>()[0] - own[who].as<double>()[0]}), 1.0 / 3);
      own[who] = next;
      change += (x - model) / static_cast<double>(present);
    }
    model += change;
  }
  return model;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(local_corrections)

BOOST_AUTO_TEST_CASE(the_proximal_term_pulls_trained_numbers_back_to_the_start) {
  auto gradient = learning::builder_of<double>({1, 2});
  // The third number is a buffer: it has no gradient.
  add_proximal_term(gradient, block_of({5, 1, 9}), block_of({3, 4, 0}), 0.5);
  BOOST_TEST(numbers_of(gradient) == (std::vector<double>{2, 0.5}), each);
  auto single = learning::builder_of<float>({1});
  add_proximal_term(single, block::freeze(learning::builder_of<float>({2})),
                    block::freeze(learning::builder_of<float>({1})), 3);
  BOOST_TEST(single.as<float>()[0] == 4.0F);
}

BOOST_AUTO_TEST_CASE(a_proximal_worker_rests_between_the_start_and_its_own_optimum) {
  double x = 0;
  for (int step = 0; step < 2000; ++step) {
    auto gradient = learning::builder_of<double>({workers[0].slope(x)});
    add_proximal_term(gradient, block_of({x}), block_of({0}), 3);
    x -= 0.1 * gradient.as<double>()[0];
  }
  BOOST_TEST(x == 4 / (1 + 3.0), close);
}

BOOST_AUTO_TEST_CASE(a_renewed_variate_is_the_mean_of_the_gradients_that_were_seen) {
  const block own = block_of({0.5}), server = block_of({-2});
  double x = 1, sum = 0;
  for (index step = 0; step < steps; ++step) {
    auto gradient = learning::builder_of<double>({workers[1].slope(x)});
    sum += workers[1].slope(x);
    correct_drift(gradient, own, server);
    x -= rate * gradient.as<double>()[0];
  }
  const block next = renewed_variate(own, server, block_of({1}), block_of({x}), steps, rate);
  BOOST_TEST(next.as<double>()[0] == sum / static_cast<double>(steps), close);
}

BOOST_AUTO_TEST_CASE(the_server_keeps_the_mean_of_all_variates) {
  auto server = learning::builder_of<double>({2, 0});  // of (1, 3) and (3, -3)
  absorb(server, block_of({5.0 - 1, -1.0 - 3}), 0.5);  // the first becomes (5, -1)
  BOOST_TEST(numbers_of(server) == (std::vector<double>{4, -2}), each);
}

BOOST_AUTO_TEST_CASE(variates_reach_the_optimum_that_plain_local_steps_miss) {
  BOOST_TEST(std::abs(averaged(3000) - optimum) > 0.02);
  BOOST_TEST(std::abs(with_variates(3000, 3) - optimum) < 1e-9);
  BOOST_TEST(std::abs(with_variates(9000, 1) - optimum) < 1e-9);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::aggregation
