#include "algorithms/coding/lies/find_lies.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <Eigen/QR>

namespace echelon::coding {
namespace {

/// Pivots of unit rows below this are taken as dependence: a relation then holds to this, which
/// must stay far below every threshold.
constexpr double dependent = 1e-10;
/// Rows whose relations overlap by less have none in common.
constexpr double apart = 1e-9;
/// What explains an inconsistency leaves less than this share of the threshold behind: a lie that
/// is hardly above it would otherwise be explained by others, too.
constexpr double clearly = 0.1;

/// Orthonormal rows that are orthogonal to all columns of `tall`.
matrix complement(const matrix& tall) {
  Eigen::ColPivHouseholderQR<matrix> factors(tall.rows(), tall.cols());
  factors.setThreshold(dependent);
  factors.compute(tall);
  const matrix whole = factors.householderQ();
  return whole.rightCols(tall.rows() - factors.rank()).transpose();
}

/// Senders bound by relations, directly or through others.
struct bound_group {
  std::vector<index> senders;              ///< ascending
  std::vector<std::vector<index>> places;  ///< of each one's rows
  matrix relations;                        ///< orthonormal rows, over all places in order
  testimony said;                          ///< of these alone, rows of unit length
};

/// The answers, scaled so that the rows of the code have unit length.
testimony scaled(const testimony& said) {
  testimony unit = said;
  for (index row = 0; row < unit.rows.rows(); ++row) {
    const double length = unit.rows.row(row).norm();
    if (length == 0)
      continue;
    unit.rows.row(row) /= length;
    for (told_numbers& one : unit.told) {
      one.numbers.row(row) /= length;
      one.sizes[row] /= length;
    }
  }
  return unit;
}

testimony only(const testimony& all, const std::vector<index>& rows) {
  testimony some;
  some.rows = all.rows(rows, Eigen::all);
  for (const index row : rows)
    some.senders.push_back(all.senders[slot(row)]);
  for (const told_numbers& one : all.told)
    some.told.push_back({one.numbers(rows, Eigen::all), one.sizes(rows)});
  return some;
}

/// Joins what two rows belong to, where relations bind them or a sender has both.
std::vector<index> group_numbers(const testimony& said, const matrix& overlap) {
  std::vector<index> number(said.senders.size());
  for (std::size_t row = 0; row < number.size(); ++row) {
    number[row] = static_cast<index>(row);
    for (std::size_t before = 0; before < row; ++before) {
      const bool bound = std::abs(overlap(static_cast<index>(row), static_cast<index>(before))) >
                         apart;
      if (bound || said.senders[row] == said.senders[before])
        std::ranges::replace(number, number[before], number[row]);
    }
  }
  return number;
}

std::vector<bound_group> groups_of(const testimony& said) {
  const matrix relations = complement(said.rows);
  const auto number = group_numbers(said, relations.transpose() * relations);
  std::vector<bound_group> groups;
  for (index first = 0; first < std::ssize(number); ++first) {
    std::vector<index> rows;
    for (index row = 0; row < std::ssize(number); ++row)
      if (number[slot(row)] == number[slot(first)])
        rows.push_back(row);
    if (rows.front() != first || rows.size() < 2)
      continue;
    bound_group group;
    group.said = only(said, rows);
    group.relations = complement(group.said.rows);
    for (index place = 0; place < std::ssize(rows); ++place) {
      const index sender = group.said.senders[slot(place)];
      if (group.senders.empty() || group.senders.back() != sender) {
        group.senders.push_back(sender);
        group.places.emplace_back();
      }
      group.places.back().push_back(place);
    }
    groups.push_back(std::move(group));
  }
  return groups;
}

/// Whether relations hold among the answers, but for the threshold.
bool hold(const matrix& relations, const testimony& said, double threshold) {
  const vector weights = relations.colwise().squaredNorm();
  return std::ranges::all_of(said.told, [&](const told_numbers& one) {
    const auto width = static_cast<double>(one.numbers.cols());
    const double weighed = width * weights.dot(one.sizes.cwiseAbs2());
    return (relations * one.numbers).squaredNorm() <= threshold * threshold * weighed;
  });
}

/// Whether all relations hold that do without these senders.
bool explains(const bound_group& group, const std::vector<index>& set, double threshold) {
  std::vector<index> places;
  for (const index member : set)
    places.insert(places.end(), group.places[slot(member)].begin(),
                  group.places[slot(member)].end());
  const matrix without = complement(group.relations(Eigen::all, places));
  return hold(without * group.relations, group.said, threshold);
}

/// How many may lie so that those who do can be told from those who do not.
index liars_max(const bound_group& group) {
  std::size_t widest = 1;
  for (const auto& own : group.places)
    widest = std::max(widest, own.size());
  return group.relations.rows() / (2 * static_cast<index>(widest));
}

/// Moves on to the next set of that size, in lexicographic order; false after the last.
bool advance(std::vector<index>& set, index count) {
  index moved = std::ssize(set) - 1;
  while (moved >= 0 && set[slot(moved)] == count - std::ssize(set) + moved)
    --moved;
  if (moved < 0)
    return false;
  std::iota(set.begin() + moved, set.end(), set[slot(moved)] + 1);
  return true;
}

/// The smallest sets of members without which everything holds, and well so: whoever else is left
/// out then has nothing to answer for.
std::vector<std::vector<index>> explanations(const bound_group& group, double threshold) {
  std::vector<std::vector<index>> found;
  const index count = std::ssize(group.senders), most = liars_max(group);
  double sets = 1;  // of this size
  double tried = 0;
  for (index size = 1; size <= most && found.empty(); ++size) {
    sets *= static_cast<double>(count - size + 1) / static_cast<double>(size);
    if ((tried += sets) > static_cast<double>(sets_max))
      break;
    std::vector<index> set(slot(size));
    std::iota(set.begin(), set.end(), index{0});
    do {
      if (explains(group, set, clearly * threshold))
        found.push_back(set);
    } while (advance(set, count));
  }
  return found;
}

void add_findings(lie_findings& all, const bound_group& group, double threshold) {
  if (hold(group.relations, group.said, threshold))
    return;
  const auto found = explanations(group, threshold);
  for (index member = 0; member < std::ssize(group.senders); ++member) {
    const auto in = std::ranges::count_if(
        found, [member](const auto& set) { return std::ranges::binary_search(set, member); });
    const index sender = group.senders[slot(member)];
    if (found.empty() || (in > 0 && in < std::ssize(found)))
      all.suspects.push_back(sender);
    else if (in > 0)
      all.liars.push_back(sender);
  }
}

}  // namespace

lie_findings find_lies(const testimony& said, double threshold) {
  lie_findings all;
  if (said.senders.empty())
    return all;
  for (const bound_group& group : groups_of(scaled(said)))
    add_findings(all, group, threshold);
  std::ranges::sort(all.liars);
  std::ranges::sort(all.suspects);
  return all;
}

}  // namespace echelon::coding
