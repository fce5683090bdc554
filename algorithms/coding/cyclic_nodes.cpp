#include "algorithms/coding/cyclic_nodes.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "algorithms/base/random.hpp"
#include "algorithms/coding/polynomial_kernel.hpp"

namespace echelon::coding {
namespace {

constexpr index exhaustive_max = 20'000;
constexpr index samples = 1'000;
constexpr double multiplications_max = 1.5e8;
constexpr index orders_min = 16;
constexpr index orders_max = 4'000;

std::size_t slot(index position) { return static_cast<std::size_t>(position); }

/// Binomial coefficient, or a number above `limit` once it exceeds it.
index combinations(index from, index chosen, index limit) {
  index count = 1;
  for (index i = 1; i <= chosen && count <= limit; ++i)
    count = count * (from - chosen + i) / i;
  return count;
}

/// Sets of absent points, each as the products prod (x_m - x_l)^2 over its members l, at every
/// point m. They do not depend on who sits where, so that judging an order of senders takes one dot
/// product a pattern.
class absence_patterns {
public:
  absence_patterns(std::span<const double> points, index absent) : points_(points) {
    // What hurts a sender most is that the points farthest from its own are absent: those at the
    // two ends.
    const index count = std::ssize(points);
    for (index high = 0; high <= absent; ++high) {
      std::vector<index> ends(slot(absent));
      for (index i = 0; i < absent; ++i)
        ends[slot(i)] = i < high ? i : count - 1 - (i - high);
      add(ends);
    }
    if (combinations(count, absent, exhaustive_max) <= exhaustive_max)
      add_all(absent);
    else
      add_sampled(absent);
  }

  /// The greatest N kappa^2 for rows of these squared norms, by point; stops looking once it
  /// exceeds `limit`.
  double worst(std::span<const double> row_squares, double limit) const {
    double found = 0;
    for (const auto& products : products_) {
      found = std::max(
          found, std::inner_product(products.begin(), products.end(), row_squares.begin(), 0.0));
      if (found > limit)
        break;
    }
    return found;
  }

private:
  void add(std::span<const index> absent) {
    std::vector<double> products(points_.size(), 1.0);
    for (const index member : absent)
      for (std::size_t m = 0; m < points_.size(); ++m)
        products[m] *= (points_[m] - points_[slot(member)]) * (points_[m] - points_[slot(member)]);
    products_.push_back(std::move(products));
  }

  void add_all(index absent) {
    std::vector<index> members(slot(absent));
    std::iota(members.begin(), members.end(), index{0});
    for (;;) {
      add(members);
      index moved = absent - 1;
      while (moved >= 0 && members[slot(moved)] == std::ssize(points_) - absent + moved)
        --moved;
      if (moved < 0)
        return;
      std::iota(members.begin() + moved, members.end(), members[slot(moved)] + 1);
    }
  }

  void add_sampled(index absent) {
    random_stream random{0, "coding.cyclic.patterns", points_.size(), slot(absent)};
    for (index sample = 0; sample < samples; ++sample)
      add(sample_without_replacement(random, std::ssize(points_), absent));
  }

  std::span<const double> points_;
  std::vector<std::vector<double>> products_;
};

/// Squared norms of the encoding rows, indexed by point; `order[i]` is the point of sender i.
std::vector<double> row_squares(std::span<const double> points, std::span<const index> order,
                                index stragglers) {
  std::vector<double> squares(points.size(), 0.0);
  std::vector<index> window(slot(stragglers) + 1);
  for (std::size_t block = 0; block < order.size(); ++block) {
    for (std::size_t i = 0; i < window.size(); ++i)
      window[i] = order[(block + i) % order.size()];
    const auto column = divided_difference(points, window);
    for (std::size_t i = 0; i < window.size(); ++i)
      squares[slot(window[i])] += column[i] * column[i];
  }
  return squares;
}

/// How many orders of this shape may be judged.
index affordable_orders(index senders, index stragglers) {
  const double work_of_one = static_cast<double>(senders) *
                             static_cast<double>((stragglers + 1) * (stragglers + 1) + 100);
  return std::clamp(static_cast<index>(multiplications_max / work_of_one), orders_min, orders_max);
}

/// Every stride coprime to N, the mirrored ones apart, in random order.
std::vector<index> coprime_strides(index senders, random_stream& random) {
  std::vector<index> strides;
  for (index stride = 1; stride <= std::max(senders / 2, index{1}); ++stride)
    if (std::gcd(stride, senders) == 1)
      strides.push_back(stride);
  random.shuffle(std::span{strides});
  return strides;
}

/// The best order so far, and the means to judge others.
class order_search {
public:
  order_search(index senders, index stragglers)
      : points_(chebyshev_points(senders)), patterns_(points_, stragglers),
        stragglers_(stragglers) {}

  void consider(std::vector<index> order) {
    const double worst = patterns_.worst(row_squares(points_, order, stragglers_), least_);
    if (worst < least_) {
      least_ = worst;
      best_ = std::move(order);
    }
  }

  const std::vector<index>& best() const { return best_; }
  cyclic_nodes nodes() const {
    cyclic_nodes found{
        .nodes = {}, .amplification_worst = std::sqrt(least_ / static_cast<double>(best_.size()))};
    for (const index point : best_)
      found.nodes.push_back(points_[slot(point)]);
    return found;
  }

private:
  std::vector<double> points_;
  absence_patterns patterns_;
  index stragglers_;
  double least_ = std::numeric_limits<double>::infinity();
  std::vector<index> best_;
};

}  // namespace

std::vector<std::vector<index>> cyclic_holders(index senders, index stragglers) {
  std::vector<std::vector<index>> holders;
  for (index block = 0; block < senders; ++block) {
    auto& members = holders.emplace_back();
    for (index back = 0; back <= stragglers; ++back)
      members.push_back((block - back + senders) % senders);
    std::ranges::sort(members);
  }
  return holders;
}

cyclic_nodes find_cyclic_nodes(index senders, index stragglers) {
  order_search search{senders, stragglers};
  random_stream random{0, "coding.cyclic.orders", slot(senders), slot(stragglers)};
  index left = affordable_orders(senders, stragglers);
  for (const index stride : coprime_strides(senders, random)) {
    if (left-- <= 0)
      break;
    std::vector<index> order(slot(senders));
    for (index sender = 0; sender < senders; ++sender)
      order[slot(sender)] = sender * stride % senders;
    search.consider(std::move(order));
  }
  for (index unrelated = left / 4; unrelated > 0; --unrelated, --left)
    search.consider(permutation(random, senders));
  for (; left > 0; --left) {
    auto exchanged = search.best();
    std::swap(exchanged[slot(random.below(senders))], exchanged[slot(random.below(senders))]);
    search.consider(std::move(exchanged));
  }
  return search.nodes();
}

}  // namespace echelon::coding
