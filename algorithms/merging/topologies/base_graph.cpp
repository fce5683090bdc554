#include "algorithms/merging/topologies/base_graph.hpp"

#include <algorithm>
#include <optional>

namespace echelon::merging {
namespace {

/// Peers first ... first + count - 1.
struct peer_range {
  index first = 0;
  index count = 0;
};

/// Mixing matrices by round; those who are not told otherwise keep their own value.
class averaging_schedule {
public:
  explicit averaging_schedule(index peers) : peers_(peers) {}

  /// Averages every direction of a box of these sides in turn. Returns the round after the last.
  index average(peer_range range, std::span<const index> sides, index round) {
    index stride = 1;
    for (const index side : sides) {
      matrix& weights = at(round++);
      for (index corner = 0; corner < range.count; ++corner)
        if (corner / stride % side == 0)
          average_line(weights, range.first + corner, stride, side);
      stride *= side;
    }
    return round;
  }

  /// Both take `share` of what the other one has.
  void exchange(index a, index b, double share, index round) {
    matrix& weights = at(round);
    weights(a, b) = weights(b, a) = share;
    weights(a, a) -= share;
    weights(b, b) -= share;
  }

  topology made() && {
    at(0);  // a lone peer has a round too
    std::vector<peer_graph> graphs;
    for (const matrix& weights : rounds_) {
      peer_graph& graph = graphs.emplace_back(peers_);
      for (index a = 0; a < peers_; ++a)
        for (index b = a + 1; b < peers_; ++b)
          if (weights(a, b) != 0)
            graph.connect(a, b);
    }
    return {std::move(graphs), std::move(rounds_)};
  }

private:
  static void average_line(matrix& weights, index first, index stride, index side) {
    for (index a = 0; a < side; ++a)
      for (index b = 0; b < side; ++b)
        weights(first + a * stride, first + b * stride) = 1 / static_cast<double>(side);
  }

  matrix& at(index round) {
    while (std::ssize(rounds_) <= round)
      rounds_.push_back(matrix::Identity(peers_, peers_));
    return rounds_[slot(round)];
  }

  index peers_;
  std::vector<matrix> rounds_;
};

/// Factors of at most `largest` that multiply to `count`; nullopt where there are none.
std::optional<std::vector<index>> factors(index count, index largest) {
  std::vector<index> found;
  for (index factor = largest; factor > 1; --factor)
    for (; count % factor == 0; count /= factor)
      found.push_back(factor);
  return count == 1 ? std::optional{found} : std::nullopt;
}

/// One digit of the number of peers: `digit` parts of base^power peers.
struct digit_part {
  peer_range range;
  index digit = 0;
  std::vector<index> sides;  ///< of one of its parts

  index part_size() const { return range.count / digit; }
};

/// Largest first.
std::vector<digit_part> digits(index peers, index base) {
  index power = 1;
  std::vector<index> sides;
  for (; power * base <= peers; power *= base)
    sides.push_back(base);
  std::vector<digit_part> parts;
  index first = 0;
  for (; power > 0; power /= base) {
    if (const index digit = (peers - first) / power; digit > 0) {
      parts.push_back({{first, digit * power}, digit, sides});
      first += digit * power;
    }
    if (!sides.empty())
      sides.pop_back();
  }
  return parts;
}

topology by_digits(index peers, index base) {
  averaging_schedule schedule{peers};
  const auto parts = digits(peers, base);
  index begin = 0;
  for (const digit_part& part : parts) {
    auto sides = part.sides;
    if (part.digit > 1)
      sides.push_back(part.digit);
    begin = std::max(begin, schedule.average(part.range, sides, 0));
  }
  // Now each digit's peers agree. In turn, the largest of those left gives the smaller ones such a
  // share that they have the mean of all, and each of its parts has it on average.
  for (index at = 0; at + 1 < std::ssize(parts); ++at) {
    const digit_part& part = parts[slot(at)];
    const index next = part.range.first + part.range.count;
    const index left = peers - part.range.first;
    const double share = static_cast<double>(part.part_size()) / static_cast<double>(left);
    for (index copy = 0; copy < part.digit; ++copy) {
      const peer_range range{part.range.first + copy * part.part_size(), part.part_size()};
      for (index other = 0; next + other < peers; ++other)
        schedule.exchange(range.first + other, next + other, share, begin + at);
      schedule.average(range, part.sides, begin + at + 1);
    }
  }
  return std::move(schedule).made();
}

}  // namespace

std::vector<parameter> base_graph::declared() {
  return {{"neighbours", value_kind::integer, 1, "k: the most neighbours in any round", 1}};
}

result<topology_ptr> base_graph::make(const parameters& given, const topology_context& context) {
  const index base = std::min<index>(given.integer("neighbours"), context.peers) + 1;
  if (const auto sides = factors(context.peers, base)) {
    averaging_schedule schedule{context.peers};
    schedule.average({0, context.peers}, *sides, 0);
    return std::make_shared<const topology>(std::move(schedule).made());
  }
  return std::make_shared<const topology>(by_digits(context.peers, base));
}

}  // namespace echelon::merging
