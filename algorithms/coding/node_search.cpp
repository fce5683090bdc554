#include "algorithms/coding/node_search.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "algorithms/base/random.hpp"
#include "algorithms/coding/absence_patterns.hpp"

namespace echelon::coding {
namespace {

constexpr index exhaustive_max = 20'000;
constexpr index samples = 1'000;
constexpr double multiplications_max = 1.5e8;
constexpr index orders_min = 16;
constexpr index orders_max = 4'000;

/// Sets of absent points, each as the products prod (x_m - x_l)^2 over its members l, at every
/// point m. They do not depend on who sits where, so that judging an order of senders takes one dot
/// product a pattern.
class absent_products {
public:
  // What hurts a sender most is that the points farthest from its own are absent, and these are
  // neighbours.
  absent_products(const matrix& square_distances, index absent) {
    for (const auto& pattern :
         absence_patterns(square_distances.rows(), absent, exhaustive_max, samples)) {
      auto& products = products_.emplace_back(slot(square_distances.rows()), 1.0);
      for (const index member : pattern)
        for (std::size_t m = 0; m < products.size(); ++m)
          products[m] *= square_distances(static_cast<index>(m), member);
    }
  }

  /// The greatest K kappa^2 for rows of these squared norms, by point; stops looking once it
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
  std::vector<std::vector<double>> products_;
};

/// Squared norms of the encoding rows, indexed by point; `order[i]` is the point of sender i.
std::vector<double> row_squares(const matrix& distances, std::span<const support> supports,
                                std::span<const index> order) {
  std::vector<double> squares(order.size(), 0.0);
  for (const support& held : supports)
    for (const index holder : held.holders) {
      const index point = order[slot(holder)];
      double product = 1;
      for (const index other : held.holders)
        if (other != holder)
          product *= distances(point, order[slot(other)]);
      squares[slot(point)] += static_cast<double>(held.parts) / product;
    }
  return squares;
}

/// How many orders of this shape may be judged.
index affordable_orders(index senders, index supports, index stragglers) {
  const double work_of_one = static_cast<double>(supports * (stragglers + 1) * (stragglers + 1) +
                                                 100 * senders);
  return std::clamp(static_cast<index>(multiplications_max / work_of_one), orders_min, orders_max);
}

/// The senders in the order in which their runs begin on the circle of parts.
std::vector<index> around_the_circle(index senders, std::span<const support> supports) {
  std::vector<index> starts(slot(senders), 0);
  std::vector<bool> held(slot(senders), false);
  for (const index holder : supports.back().holders)
    held[slot(holder)] = true;
  for (index place = 0; place < std::ssize(supports); ++place) {
    std::vector<bool> holds(slot(senders), false);
    for (const index holder : supports[slot(place)].holders) {
      holds[slot(holder)] = true;
      if (!held[slot(holder)])
        starts[slot(holder)] = place;
    }
    held = std::move(holds);
  }
  std::vector<index> circle(slot(senders));
  std::iota(circle.begin(), circle.end(), index{0});
  std::ranges::stable_sort(circle, {}, [&starts](index sender) { return starts[slot(sender)]; });
  return circle;
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
  order_search(const matrix& square_distances, std::span<const support> supports)
      : distances_(square_distances), supports_(supports),
        patterns_(square_distances, std::ssize(supports.front().holders) - 1) {}

  void consider(std::vector<index> order) {
    const double worst = patterns_.worst(row_squares(distances_, supports_, order), least_);
    if (worst < least_) {
      least_ = worst;
      best_ = std::move(order);
    }
  }

  const std::vector<index>& best() const { return best_; }
  double amplification_worst() const {
    index parts = 0;
    for (const support& held : supports_)
      parts += held.parts;
    return std::sqrt(least_ / static_cast<double>(parts));
  }

private:
  const matrix& distances_;
  std::span<const support> supports_;
  absent_products patterns_;
  double least_ = std::numeric_limits<double>::infinity();
  std::vector<index> best_;
};

}  // namespace

node_order find_node_order(const matrix& square_distances, std::span<const support> supports) {
  const index senders = square_distances.rows();
  const index stragglers = std::ssize(supports.front().holders) - 1;
  const auto circle = around_the_circle(senders, supports);
  order_search search{square_distances, supports};
  random_stream random{0, "coding.cyclic.orders", slot(senders), slot(stragglers)};
  index left = affordable_orders(senders, std::ssize(supports), stragglers);
  for (const index stride : coprime_strides(senders, random)) {
    if (left-- <= 0)
      break;
    std::vector<index> order(slot(senders));
    for (index place = 0; place < senders; ++place)
      order[slot(circle[slot(place)])] = place * stride % senders;
    search.consider(std::move(order));
  }
  for (index unrelated = left / 4; unrelated > 0; --unrelated, --left)
    search.consider(permutation(random, senders));
  for (; left > 0; --left) {
    auto exchanged = search.best();
    std::swap(exchanged[slot(random.below(senders))], exchanged[slot(random.below(senders))]);
    search.consider(std::move(exchanged));
  }
  return {search.best(), search.amplification_worst()};
}

}  // namespace echelon::coding
