#include <algorithm>
#include <cmath>
#include <numeric>

#include <boost/test/unit_test.hpp>

#include "algorithms/hierarchy/live_estimates.hpp"
#include "tests/support/averaging_trees.hpp"

namespace echelon::hierarchy {
namespace {

const auto close = boost::test_tools::tolerance(1e-12);

/// The report of every node, up to the root, as servers would pass it on.
half_batch_report collect(const tree& shape, const tiers& where, node_id node, const matrix& first,
                          const matrix& second) {
  if (node.kind == role::worker)
    return report_of_worker(where.weight(node.number), first.row(node.number).transpose(),
                            second.row(node.number).transpose());
  std::vector<half_batch_report> children;
  for (const node_id child : shape.children(node))
    children.push_back(collect(shape, where, child, first, second));
  return merged(children);
}

half_batch_report collect(const tree& shape, const tiers& where, const matrix& first,
                          const matrix& second) {
  return collect(shape, where, {}, first, second);
}

struct noisy_problem {
  tree shape = tree_of({value_list{2, 3}, 4, value_list{1, 2}});
  tiers where{shape};
  matrix gradients;
  double spread = 2;  // of each coordinate's noise

  noisy_problem() {
    random_stream random{5, "tests.noisy_problem"};
    where = tiers::weighted(shape, random_weights(random, shape.workers())).value();
    gradients = random_rows(random, shape.workers(), 3);
  }
  matrix drawn(random_stream& random) const {
    return gradients + spread * random_rows(random, gradients.rows(), gradients.cols());
  }
  double noise() const { return spread * spread * 3; }  // three coordinates
};

/// Mean and standard error of a sample.
struct sample {
  std::vector<double> seen;

  double mean() const {
    double sum = 0;
    for (const double value : seen)
      sum += value;
    return sum / static_cast<double>(seen.size());
  }
  double error() const {
    double square = 0;
    for (const double value : seen)
      square += (value - mean()) * (value - mean());
    const auto count = static_cast<double>(seen.size());
    return std::sqrt(square / (count * (count - 1)));
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(divergence_estimates)

BOOST_AUTO_TEST_CASE(two_groups_by_hand) {
  const tiers where{tree_of({2, 2})};
  matrix gradients(4, 1);
  gradients << 1, 3, 5, 11;  // groups' means 2 and 8, mean 5
  const auto apart = measure_divergences(where, gradients);
  BOOST_TEST(apart.upward() == 9, close);
  BOOST_TEST(apart.downward() == 5, close);
  BOOST_TEST(group_divergences(where, gradients) == (std::vector<double>{1, 9}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(levels_sum_to_the_global_divergence_for_any_tree_and_weights) {
  random_stream random{6, "tests.total_variance"};
  for (int trial = 0; trial < 200; ++trial) {
    const tree shape = tree_of(random_edges(random, 5));
    const auto weights = random_weights(random, shape.workers());
    const tiers where = tiers::weighted(shape, weights).value();
    const matrix gradients = random_rows(random, shape.workers(), 4);
    const auto flat = measure_divergences(
        tiers::weighted(tree::star(shape.workers()), weights).value(), gradients);
    const auto apart = measure_divergences(where, gradients);
    BOOST_TEST(std::ssize(apart.by_level) == where.levels());
    BOOST_TEST(apart.total() == flat.upward(), close);
    const auto of_groups = group_divergences(where, gradients);
    double lowest = 0;
    for (std::size_t group = 0; group < of_groups.size(); ++group)
      lowest += where.nodes(where.levels() - 1)[group].weight * of_groups[group];
    BOOST_TEST(lowest + 1 == apart.by_level.back() + 1, close);
  }
}

BOOST_AUTO_TEST_CASE(reports_of_equal_halves_measure_what_the_whole_matrix_does) {
  random_stream random{7, "tests.reports"};
  for (int trial = 0; trial < 100; ++trial) {
    const tree shape = tree_of(random_edges(random, 5));
    const tiers where = tiers::weighted(shape, random_weights(random, shape.workers())).value();
    const matrix gradients = random_rows(random, shape.workers(), 4);
    const auto exact = measure_divergences(where, gradients);
    const auto report = collect(shape, where, gradients, gradients);
    BOOST_TEST(report.noise == 0);
    BOOST_REQUIRE(report.divergences.size() == exact.by_level.size());
    for (std::size_t level = 0; level < exact.by_level.size(); ++level)
      BOOST_TEST(report.divergences[level] + 1 == exact.by_level[level] + 1, close);
  }
}

BOOST_AUTO_TEST_CASE(half_batches_are_unbiased_and_one_batch_is_not) {
  const noisy_problem problem;
  const auto exact = measure_divergences(problem.where, problem.gradients);
  random_stream random{8, "tests.half_batches"};
  std::vector<sample> fair(exact.by_level.size()), naive(exact.by_level.size());
  sample noise;
  for (int draw = 0; draw < 4000; ++draw) {
    const matrix first = problem.drawn(random), second = problem.drawn(random);
    const auto report = collect(problem.shape, problem.where, first, second);
    const auto one = measure_divergences(problem.where, first);
    noise.seen.push_back(report.noise);
    for (std::size_t level = 0; level < fair.size(); ++level) {
      fair[level].seen.push_back(report.divergences[level]);
      naive[level].seen.push_back(one.by_level[level]);
    }
  }
  BOOST_TEST(std::abs(noise.mean() - problem.noise()) < 4 * noise.error());
  for (std::size_t level = 0; level < fair.size(); ++level) {
    BOOST_TEST(std::abs(fair[level].mean() - exact.by_level[level]) < 4 * fair[level].error());
    // One batch counts the level's share of the noise as divergence.
    const auto tier = static_cast<index>(level);
    const double share = problem.where.noise_share(tier + 1) - problem.where.noise_share(tier);
    const double biased = exact.by_level[level] + share * problem.noise();
    BOOST_TEST(std::abs(naive[level].mean() - biased) < 4 * naive[level].error());
    BOOST_TEST(naive[level].mean() > exact.by_level[level] + 10 * naive[level].error());
  }
}

BOOST_AUTO_TEST_CASE(random_seats_share_divergence_by_node_counts_as_enumeration_shows) {
  random_stream random{9, "tests.enumeration"};
  const tree equal = tree_of({value_list{1, 1}, value_list{1, 1}, value_list{1, 1}});
  for (const tree& each : {tree_of({3, 3}), tree_of({2, 2, 2}), equal}) {
    const matrix gradients = random_rows(random, each.workers(), 2);
    const tiers where{each};
    std::vector<index> seats(slot(each.workers()));
    std::iota(seats.begin(), seats.end(), index{0});
    std::vector<double> sums(slot(where.levels()), 0.0);
    double count = 0;
    do {
      matrix seated(gradients.rows(), gradients.cols());
      for (index worker = 0; worker < each.workers(); ++worker)
        seated.row(worker) = gradients.row(seats[slot(worker)]);
      const auto apart = measure_divergences(where, seated);
      for (std::size_t level = 0; level < sums.size(); ++level)
        sums[level] += apart.by_level[level];
      ++count;
    } while (std::ranges::next_permutation(seats).found);
    const auto expected = expected_divergences(
        where.node_counts(),
        measure_divergences(tiers{tree::star(each.workers())}, gradients).total());
    for (std::size_t level = 0; level < sums.size(); ++level)
      BOOST_TEST(sums[level] / count + 1 == expected.by_level[level] + 1,
                 boost::test_tools::tolerance(1e-11));
  }
}

BOOST_AUTO_TEST_CASE(sketches_keep_inner_products_on_average) {
  random_stream random{10, "tests.sketches"};
  const matrix pair = random_rows(random, 2, 300);
  const std::vector<double> one(pair.row(0).begin(), pair.row(0).end());
  const std::vector<double> other(pair.row(1).begin(), pair.row(1).end());
  sample products;
  for (std::uint64_t seed = 0; seed < 2000; ++seed)
    products.seen.push_back(sketch(one, 64, seed).dot(sketch(other, 64, seed)));
  BOOST_TEST(std::abs(products.mean() - pair.row(0).dot(pair.row(1))) < 4 * products.error());
}

BOOST_AUTO_TEST_CASE(smoothness_of_a_quadratic_is_seen_along_its_steepest_axis) {
  const vector curvature{{1, 5, 2}};
  const auto gradient = [&](const vector& w) -> vector { return curvature.cwiseProduct(w); };
  live_estimates seen;
  BOOST_TEST(seen.smoothness() == 0);
  const vector from = vector::Zero(3);
  for (index axis = 0; axis < 3; ++axis) {
    const vector to = vector::Unit(3, axis);
    seen.add_smoothness(smoothness_between(from, to, gradient(from), gradient(to)));
  }
  BOOST_TEST(seen.smoothness() == 5, close);
  BOOST_TEST(smoothness_between(from, from, from, from) == 0);
  seen.smoothness_max = 1;
  seen.add_smoothness(1);
  seen.add_smoothness(2);
  BOOST_TEST(seen.smoothness() == 2);  // old models are forgotten
}

BOOST_AUTO_TEST_CASE(the_proxy_of_constant_gradients_is_the_gradient) {
  const vector start{{1, 2}}, gradient{{3, -1}};
  const vector end = start - 0.1 * 7 * gradient;
  BOOST_TEST((gradient_proxy(start, end, 0.1, 7) - gradient).norm() < 1e-14);
}

BOOST_AUTO_TEST_CASE(running_estimates_settle_on_the_truth_and_never_fall_below_zero) {
  const noisy_problem problem;
  const auto exact = measure_divergences(problem.where, problem.gradients);
  random_stream random{11, "tests.live_estimates"};
  live_estimates seen{.weight = 0.002};
  for (int draw = 0; draw < 4000; ++draw)
    seen.add(collect(problem.shape, problem.where, problem.drawn(random), problem.drawn(random)));
  // The last 500 or so reports count: an error of some per cent.
  BOOST_TEST(seen.divergence().total() == exact.total(), boost::test_tools::tolerance(0.1));
  BOOST_TEST(seen.half_batch_noise() == problem.noise(), boost::test_tools::tolerance(0.05));
  BOOST_TEST(seen.noise_of(20, 10) == seen.half_batch_noise() / 2, close);
  live_estimates low;
  low.add({.weight = 1, .first = {}, .second = {}, .noise = 1, .divergences = {-3, 2}});
  BOOST_TEST(low.divergence().by_level == (std::vector<double>{0, 2}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::hierarchy
