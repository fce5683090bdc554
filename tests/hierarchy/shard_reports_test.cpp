#include <algorithm>
#include <cmath>
#include <numeric>

#include <boost/test/unit_test.hpp>

#include "algorithms/hierarchy/divergence.hpp"
#include "algorithms/hierarchy/half_batches.hpp"
#include "tests/support/averaging_trees.hpp"

// Reports of halves that are drawn from few rows, and what whole trees make of them.
namespace echelon::hierarchy {
namespace {

/// Every ordered way to draw two disjoint halves of `half` rows, each once.
template <class Use>
void for_draws(index rows, index half, Use use) {
  std::vector<index> order(slot(rows));
  std::iota(order.begin(), order.end(), index{0});
  do
    use(std::span{order}.first(slot(half)), std::span{order}.subspan(slot(half), slot(half)));
  while (std::ranges::next_permutation(order).found);
}

vector mean_of(const matrix& gradients, std::span<const index> rows) {
  vector sum = vector::Zero(gradients.cols());
  for (const index row : rows)
    sum += gradients.row(row).transpose();
  return sum / static_cast<double>(rows.size());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(shard_reports)

BOOST_AUTO_TEST_CASE(products_and_noise_are_unbiased_for_a_shard_of_any_size) {
  random_stream random{3, "tests.shard"};
  const auto close = boost::test_tools::tolerance(1e-10);
  for (const index rows : {2, 3, 5, 6})
    for (const index batch : {0, 1, 2}) {
      const matrix gradients = random_rows(random, rows, 3);
      const vector whole = gradients.colwise().mean().transpose();
      const index half = std::max<index>(1, rows / 3);
      const index taken = batch == 0 ? rows : batch;
      double products = 0, noise = 0, of_batches = 0, count = 0;
      for_draws(rows, half, [&](std::span<const index> first, std::span<const index> second) {
        const auto report = report_of_shard(1, mean_of(gradients, first),
                                            mean_of(gradients, second), {rows, half, batch});
        products += report.first.dot(report.second);
        noise += report.noise;
        ++count;
      });
      for_draws(rows, taken > rows / 2 ? 0 : taken, [&](std::span<const index> drawn, auto) {
        if (!drawn.empty())
          of_batches += (mean_of(gradients, drawn) - whole).squaredNorm();
      });
      BOOST_TEST(products / count == whole.squaredNorm(), close);
      if (taken <= rows / 2)
        BOOST_TEST(noise / count == of_batches / count, close);
      if (batch == 0)
        BOOST_TEST(noise == 0);
    }
}

BOOST_AUTO_TEST_CASE(halves_that_are_the_whole_shard_are_exact) {
  random_stream random{4, "tests.whole"};
  const matrix halves = random_rows(random, 2, 5);
  const vector first = halves.row(0).transpose(), second = halves.row(1).transpose();
  const auto report = report_of_shard(1, first, second, {.rows = 8, .half = 4, .batch = 2});
  BOOST_TEST((report.first - 0.5 * (first + second)).norm() < 1e-14);
  BOOST_TEST((report.first - report.second).norm() == 0);
  BOOST_TEST(report.noise > 0);
}

BOOST_AUTO_TEST_CASE(a_single_row_has_no_noise) {
  const vector only = vector::Constant(2, 3.0);
  const auto report = report_of_shard(1, only, only, {.rows = 1, .half = 1, .batch = 8});
  BOOST_TEST((report.first - only).norm() == 0);
  BOOST_TEST(report.noise == 0);
}

BOOST_AUTO_TEST_CASE(a_trees_report_is_what_the_whole_matrix_measures) {
  random_stream random{5, "tests.trees"};
  for (int trial = 0; trial < 100; ++trial) {
    const tree shape = tree_of(random_edges(random, 4));
    auto weights = random_weights(random, shape.workers());
    for (double& weight : weights)
      weight *= random.bernoulli(0.2) ? 0 : 1;
    weights.back() = 1;
    const tiers where = tiers::weighted(shape, weights).value();
    const matrix gradients = random_rows(random, shape.workers(), 4);
    std::vector<half_batch_report> reports;
    for (index worker = 0; worker < shape.workers(); ++worker)
      reports.push_back(report_of_worker(where.weight(worker), gradients.row(worker).transpose(),
                                         gradients.row(worker).transpose()));
    const tree_report found = merged(where, reports);
    const auto exact = measure_divergences(where, gradients);
    const auto groups = group_divergences(where, gradients);
    BOOST_REQUIRE(found.root.divergences.size() == exact.by_level.size());
    for (std::size_t level = 0; level < exact.by_level.size(); ++level)
      BOOST_TEST(std::abs(found.root.divergences[level] - exact.by_level[level]) < 1e-12);
    BOOST_REQUIRE(found.by_group.size() == groups.size());
    for (std::size_t group = 0; group < groups.size(); ++group)
      if (where.nodes(where.levels() - 1)[group].weight > 0)
        BOOST_TEST(std::abs(found.by_group[group] - groups[group]) < 1e-12);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::hierarchy
