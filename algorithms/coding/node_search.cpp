#include "algorithms/coding/node_search.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "algorithms/base/random.hpp"

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
  absence_patterns(const matrix& square_distances, index absent) : distances_(square_distances) {
    // What hurts a sender most is that the points farthest from its own are absent, and these are
    // neighbours: on a line those at its ends, with which the windows begin.
    const index count = distances_.rows();
    for (index first = 0; first < count; ++first) {
      std::vector<index> window(slot(absent));
      for (index i = 0; i < absent; ++i)
        window[slot(i)] = (count - absent + first + i) % count;
      add(window);
    }
    if (combinations(count, absent, exhaustive_max) <= exhaustive_max)
      add_all(absent);
    else
      add_sampled(absent);
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
  void add(std::span<const index> absent) {
    std::vector<double> products(slot(distances_.rows()), 1.0);
    for (const index member : absent)
      for (std::size_t m = 0; m < products.size(); ++m)
        products[m] *= distances_(static_cast<index>(m), member);
    products_.push_back(std::move(products));
  }

  void add_all(index absent) {
    std::vector<index> members(slot(absent));
    std::iota(members.begin(), members.end(), index{0});
    for (;;) {
      add(members);
      index moved = absent - 1;
      while (moved >= 0 && members[slot(moved)] == distances_.rows() - absent + moved)
        --moved;
      if (moved < 0)
        return;
      std::iota(members.begin() + moved, members.end(), members[slot(moved)] + 1);
    }
  }

  void add_sampled(index absent) {
    random_stream random{0, "coding.cyclic.patterns", slot(distances_.rows()), slot(absent)};
    for (index sample = 0; sample < samples; ++sample)
      add(sample_without_replacement(random, distances_.rows(), absent));
  }

  const matrix& distances_;
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
  absence_patterns patterns_;
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
