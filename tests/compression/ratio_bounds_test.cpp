#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "algorithms/compression/ratios/allocation.hpp"
#include "algorithms/compression/ratios/bounds.hpp"
#include "algorithms/compression/ratios/gradient_estimates.hpp"
#include "tests/support/ratio_problems.hpp"

// The bounds against each other, and against error feedback on quadratics whose constants are
// known.

namespace echelon::compression {
namespace {

namespace data = boost::unit_test::data;

constexpr index length = 60;
using vector = std::vector<double>;

double square(const vector& values) {
  double total = 0;
  for (const double value : values)
    total += value * value;
  return total;
}

objective_constants random_constants(random_stream& random) {
  objective_constants known;
  known.weights = random_weights(random, 2 + random.below(12));
  for (std::size_t i = 0; i < known.weights.size(); ++i)
    known.divergences.push_back(3 * random.exponential());
  known.spread = 1 + random.exponential();
  known.smoothness = 0.1 + random.exponential();
  known.noise_square = random.exponential();
  known.gap = random.exponential();
  return known;
}

/// f_i(x) = 1/2 sum_c h_c (x_c - b_ic)^2 with the same curvatures, so that grad f_i - grad f is
/// constant: then zeta_i^2 = 2 |that|^2 and Z^2 = 2.
struct quadratics {
  objective_constants known;
  vector curvatures;
  std::vector<vector> apart;  ///< grad f_i - grad f
  vector start;               ///< f has its minimum, 0, at 0

  quadratics(random_stream& random, vector weights, double noise_square) {
    known.weights = std::move(weights);
    known.spread = std::sqrt(2.0);
    known.noise_square = noise_square;
    vector mean(slot(length));
    for (const double weight : known.weights) {
      apart.emplace_back(slot(length));
      for (std::size_t c = 0; c < mean.size(); ++c) {
        apart.back()[c] = random.normal();
        mean[c] += weight * apart.back()[c];
      }
    }
    for (vector& each : apart) {
      for (std::size_t c = 0; c < mean.size(); ++c)
        each[c] -= mean[c];
      known.divergences.push_back(std::sqrt(2 * square(each)));
    }
    known.gap = 0;
    for (index c = 0; c < length; ++c) {
      curvatures.push_back(c == 0 ? 1.0 : random.uniform(0.05, 1));
      start.push_back(3 * random.normal());
      known.gap += curvatures.back() * start.back() * start.back() / 2;
    }
    known.smoothness = 1;
  }
};

/// Zeroes what passes `sends` in the memory and adds it to the sum.
template <class Sends>
void transmit(vector& memory, double weight, Sends sends, vector& sum) {
  for (std::size_t c = 0; c < memory.size(); ++c)
    if (sends(c)) {
      sum[c] += weight * memory[c];
      memory[c] = 0;
    }
}

/// The mean of |grad f|^2 over the rounds. `send(memory, sender, sum)` compresses.
template <class Send>
double train(const quadratics& task, double rate, index rounds, Send send) {
  random_stream random{7, "tests.bounds"};
  vector x = task.start;
  std::vector<vector> memories(task.apart.size(), vector(slot(length)));
  const double deviation = std::sqrt(task.known.noise_square / static_cast<double>(length));
  double total = 0;
  for (index round = 0; round < rounds; ++round) {
    vector gradient(x.size()), sum(x.size());
    for (std::size_t c = 0; c < x.size(); ++c)
      gradient[c] = task.curvatures[c] * x[c];
    total += square(gradient);
    for (std::size_t i = 0; i < memories.size(); ++i) {
      for (std::size_t c = 0; c < x.size(); ++c)
        memories[i][c] += gradient[c] + task.apart[i][c] + deviation * random.normal();
      send(memories[i], i, sum);
    }
    for (std::size_t c = 0; c < x.size(); ++c)
      x[c] -= rate * sum[c];
  }
  return total / static_cast<double>(rounds);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ratio_bounds)

BOOST_AUTO_TEST_CASE(the_refined_bound_is_never_above_the_published_one) {
  random_stream random{1, "tests.bounds"};
  for (int instance = 0; instance < 5000; ++instance) {
    const objective_constants known = random_constants(random);
    std::vector<double> ratios;
    for (std::size_t i = 0; i < known.weights.size(); ++i)
      ratios.push_back(std::pow(10, random.uniform(-4, 0)));
    const double published_most = published_rate_max(known, ratios);
    BOOST_TEST_REQUIRE(published_most <= refined_rate_max(known, ratios) * (1 + 1e-12));
    const double rate = published_most * random.uniform(0.01, 1);
    const double refined = refined_bound(known, ratios, rate, 1000);
    BOOST_TEST_REQUIRE(std::isfinite(refined));
    BOOST_TEST_REQUIRE(refined <= published_bound(known, ratios, rate, 1000) * (1 + 1e-12));
  }
}

BOOST_AUTO_TEST_CASE(equal_ratios_and_divergences_make_both_bounds_the_same) {
  random_stream random{2, "tests.bounds"};
  objective_constants known = random_constants(random);
  std::ranges::fill(known.divergences, 2.0);
  const std::vector<double> ratios(known.weights.size(), .01);
  const double rate = published_rate_max(known, ratios);
  const double published = published_bound(known, ratios, rate, 100);
  BOOST_TEST(std::abs(refined_bound(known, ratios, rate, 100) / published - 1) < 1e-12);
}

BOOST_AUTO_TEST_CASE(by_hand) {
  // Two equal senders, ratio 1/2, zeta 1, Z 1, L 1, sigma^2 1, F0 1: n sum p^2 / delta^2 = 4.
  const objective_constants known{.weights = {.5, .5}, .divergences = {1, 1}, .noise_square = 1};
  const std::vector<double> ratios{.5, .5};
  BOOST_TEST(std::abs(refined_rate_max(known, ratios) - 1.0 / 8) < 1e-15);
  BOOST_TEST(std::abs(refined_rate_max(known, ratios, 14) - 1.0 / 28) < 1e-15);
  // 8/(0.1*10) + 4*0.1/2 + 8*0.01*2*(2*2 + 1)
  BOOST_TEST(std::abs(refined_bound(known, ratios, .1, 10) - (8 + .2 + .8)) < 1e-12);
  // 4/(0.1*10) + 2*0.1/2 + 2*0.01*2*10*0.5*0.04
  BOOST_TEST(std::abs(absolute_bound(known, std::vector{.2, .2}, 10, .1, 10) - 4.108) < 1e-12);
  BOOST_TEST(std::isinf(refined_bound(known, ratios, .2, 10)));
  BOOST_TEST(std::isinf(published_bound(known, ratios, .2, 10)));
  BOOST_TEST(std::isinf(absolute_bound(known, ratios, 10, .3, 10)));
}

BOOST_DATA_TEST_CASE(relative_bounds_hold_on_quadratics,
                     data::make({0.05, 0.2}) * data::make({0.0, 4.0}), mean, noise_square) {
  random_stream random{3, "tests.bounds"};
  for (const auto& weights : {geometric_weights(6, 100), normalised({1, 1, 1, 1})}) {
    const quadratics task{random, weights, noise_square};
    for (const auto& wanted : {std::vector<double>(weights.size(), mean),
                               refined_allocation(weights, {}, mean, 1.0 / length, 1)}) {
      std::vector<double> ratios;
      for (const double ratio : wanted)
        ratios.push_back(std::ceil(ratio * length) / length);
      const auto top = [&ratios](vector& memory, std::size_t sender, vector& sum, double weight) {
        vector magnitudes;
        for (const double value : memory)
          magnitudes.push_back(std::abs(value));
        const auto count = std::lround(ratios[sender] * length);
        std::ranges::nth_element(magnitudes, magnitudes.begin() + count - 1, std::greater{});
        const double least = magnitudes[slot(count - 1)];
        transmit(
            memory, weight, [&](std::size_t c) { return std::abs(memory[c]) >= least; }, sum);
      };
      for (const double share : {1.0, 0.2}) {
        const double rate = share * published_rate_max(task.known, ratios);
        const double measured = train(
            task, rate, 400,
            [&](vector& memory, std::size_t i, vector& sum) { top(memory, i, sum, weights[i]); });
        BOOST_TEST(measured <= refined_bound(task.known, ratios, rate, 400));
        BOOST_TEST(measured <= published_bound(task.known, ratios, rate, 400));
      }
    }
  }
}

BOOST_DATA_TEST_CASE(the_absolute_bound_holds_on_quadratics,
                     data::make({0.5, 5.0}) * data::make({0.0, 4.0}), mean, noise_square) {
  random_stream random{4, "tests.bounds"};
  const std::vector<double> weights = geometric_weights(6, 100);
  const quadratics task{random, weights, noise_square};
  std::vector<double> thresholds = relative_thresholds(weights, {}, -1);
  for (double& threshold : thresholds)
    threshold *= mean;
  for (const double share : {1.0, 0.2}) {
    const double rate = share * absolute_rate_max(task.known);
    const double measured = train(task, rate, 400, [&](vector& memory, std::size_t i, vector& sum) {
      transmit(
          memory, weights[i], [&](std::size_t c) { return std::abs(memory[c]) >= thresholds[i]; },
          sum);
    });
    BOOST_TEST(measured <= absolute_bound(task.known, thresholds, length, rate, 400));
  }
}

BOOST_AUTO_TEST_CASE(estimates_from_half_batches_are_unbiased) {
  random_stream random{5, "tests.bounds"};
  constexpr int samples = 4000;
  constexpr std::size_t coordinates = 20;
  running_mean gradient{1e-9}, noise{1e-9};
  for (int sample = 0; sample < samples; ++sample) {
    std::vector<float> first(coordinates), second(coordinates);
    for (std::size_t c = 0; c < coordinates; ++c) {
      // True gradient 0.1 each; a half batch has variance 2, the whole one 1.
      first[c] = static_cast<float>(0.1 + std::sqrt(2.0) * random.normal());
      second[c] = static_cast<float>(0.1 + std::sqrt(2.0) * random.normal());
    }
    const half_batch_sample seen = compare_halves(first, second);
    gradient.add(seen.gradient_square), noise.add(seen.noise_square);
  }
  // Deviations of a sample: about sqrt(20) * 2 and sqrt(2 * 20); five deviations of the mean.
  const double each = 5 / std::sqrt(double{samples});
  BOOST_TEST(std::abs(gradient.value() - 0.2) < 9 * each);
  BOOST_TEST(std::abs(noise.value() - 20) < 6.4 * each);
}

BOOST_AUTO_TEST_CASE(noise_does_not_raise_an_estimated_divergence) {
  gradient_estimates estimates;
  for (int sample = 0; sample < 1000; ++sample)
    estimates.add({.gradient_square = sample % 2 == 0 ? 5.0 : -5.2, .noise_square = 1});
  BOOST_TEST(estimates.divergence_square() < 0.2);
  BOOST_TEST(std::abs(estimates.noise_square.value() - 1) < 1e-9);
}

BOOST_AUTO_TEST_CASE(a_secant_gives_the_curvature_along_a_step) {
  const std::vector<float> before{0, 0}, after{3, 4}, slope{0, 0}, steeper{6, 8};
  BOOST_TEST(std::abs(secant_smoothness(steeper, slope, after, before).value() - 2) < 1e-12);
  BOOST_TEST(!secant_smoothness(steeper, slope, before, before));
}

BOOST_AUTO_TEST_CASE(estimated_constants_are_the_worst_of_the_senders) {
  std::vector<gradient_estimates> senders(2);
  senders[0].add({.gradient_square = 9, .noise_square = 2});
  senders[1].add({.gradient_square = 4, .noise_square = 5});
  senders[0].smoothness.add(3), senders[1].smoothness.add(1);
  const objective_constants known = estimated_constants(std::vector{.7, .3}, senders, 2.5);
  BOOST_TEST(std::abs(known.divergences[0] - 3) < 1e-12);
  BOOST_TEST(std::abs(known.divergences[1] - 2) < 1e-12);
  BOOST_TEST(std::abs(known.noise_square - 5) < 1e-12);
  BOOST_TEST(std::abs(known.smoothness - 3) < 1e-12);
  BOOST_TEST((known.spread == 1 && known.gap == 2.5));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::compression
