#include "algorithms/merging/assignment/jonker_volgenant.hpp"

#include <algorithm>
#include <limits>

namespace echelon::merging {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr index nobody = -1;

}  // namespace

jonker_volgenant::jonker_volgenant(const matrix& profit)
    : profit_(profit),
      kernels_(learning::kernels::kernels_for<double>(learning::math_mode::native)),
      size_(profit.rows()), price_(slot(size_), -infinity), best_row_(slot(size_), 0.0),
      column_of_(slot(size_), nobody), row_of_(slot(size_), nobody), twice_(slot(size_), false),
      distance_(slot(size_)), from_(slot(size_)) {
  for (index i = 0; i < size_; ++i)
    readable_ &= kernels_.raise(row(i), static_cast<double>(i), price_.data(), best_row_.data(),
                                size_);
}

bool jonker_volgenant::solve() {
  if (std::ranges::find(price_, -infinity) != price_.end())
    return false;
  claim_columns();
  transfer_reductions();
  reduce_rows();
  return std::ranges::all_of(free_rows_, [this](index row) { return augment(row); });
}

void jonker_volgenant::assign(index row, index column) {
  column_of_[slot(row)] = column;
  row_of_[slot(column)] = row;
}

/// Every column costs its largest profit and goes to a row that would pay it: the row of its own
/// number before all others.
void jonker_volgenant::claim_columns() {
  for (index column = 0; column < size_; ++column)
    if (profit_(column, column) == price_[slot(column)])
      assign(column, column);
  for (index column = size_ - 1; column >= 0; --column) {
    const auto best = static_cast<index>(best_row_[slot(column)]);
    if (row_of_[slot(column)] != nobody)
      continue;
    if (column_of_[slot(best)] == nobody)
      assign(best, column);
    else
      twice_[slot(best)] = true;
  }
}

/// A row whose column nobody contests pays no more than makes its second choice as good.
void jonker_volgenant::transfer_reductions() {
  for (index i = 0; i < size_; ++i) {
    const index column = column_of_[slot(i)];
    if (column == nobody) {
      free_rows_.push_back(i);
    } else if (!twice_[slot(i)]) {
      const auto gains = kernels_.find_two_largest(row(i), price_.data(), size_);
      const double others = gains.first_at == column ? gains.second : gains.first;
      if (others > -infinity)
        price_[slot(column)] -= others;
    }
  }
}

/// Free rows bid for their favourites, in two sweeps; whom they displace bids at once where the
/// price rose, and in the next sweep where it did not. Rounding can make two rows outbid each other
/// for ever by the last bit, so that only so many displaced rows bid at once.
void jonker_volgenant::reduce_rows() {
  for (int sweep = 0; sweep < 2; ++sweep) {
    std::vector<index> bidding;
    std::swap(bidding, free_rows_);
    index repeats_left = 4 * size_;
    for (const index first : bidding)
      for (std::optional<index> bidder = first; bidder;) {
        bidder = bid(*bidder, repeats_left > 0);
        --repeats_left;
      }
  }
}

/// Returns the displaced row where it bids next; otherwise whoever has no column waits in the list
/// of free rows.
std::optional<index> jonker_volgenant::bid(index bidder, bool may_repeat) {
  const auto gains = kernels_.find_two_largest(row(bidder), price_.data(), size_);
  if (gains.second == -infinity) {
    free_rows_.push_back(bidder);
    return {};
  }
  index column = gains.first_at;
  const double price = price_[slot(column)] + (gains.first - gains.second);
  const bool rises = price > price_[slot(column)];
  if (rises)
    price_[slot(column)] = price;
  else if (row_of_[slot(column)] != nobody)
    column = gains.second_at;
  const index displaced = row_of_[slot(column)];
  assign(bidder, column);
  if (displaced == nobody)
    return {};
  column_of_[slot(displaced)] = nobody;
  if (rises && may_repeat)
    return displaced;
  free_rows_.push_back(displaced);
  return {};
}

/// Gives a free row a column by the cheapest chain of changes, and adjusts the prices so that all
/// keep their favourites.
bool jonker_volgenant::augment(index free_row) {
  std::ranges::fill(distance_, infinity);
  scanned_.clear();
  const std::optional<index> end = find_free_column(free_row);
  if (!end)
    return false;
  for (const auto& [column, distance] : scanned_)
    price_[slot(column)] += nearest_ - distance;
  flip_path(free_row, *end);
  return true;
}

std::optional<index> jonker_volgenant::find_free_column(index free_row) {
  double least = kernels_.shorten(row(free_row), price_.data(), 0, static_cast<double>(free_row),
                                  distance_.data(), from_.data(), size_);
  while (least < infinity) {
    nearest_ = least;
    collect_nearest();
    const auto end = std::ranges::find(waiting_, nobody,
                                       [this](index column) { return row_of_[slot(column)]; });
    if (end != waiting_.end())
      return *end;
    for (const index column : waiting_)
      distance_[slot(column)] = -infinity;
    for (const index column : waiting_) {
      scanned_.push_back({column, nearest_});
      const index owner = row_of_[slot(column)];
      const double base = nearest_ + (profit_(owner, column) - price_[slot(column)]);
      least = kernels_.shorten(row(owner), price_.data(), base, static_cast<double>(owner),
                               distance_.data(), from_.data(), size_);
    }
    // Rounding may find a way a last bit shorter than those before it.
    least = std::max(least, nearest_);
  }
  return {};
}

void jonker_volgenant::collect_nearest() {
  waiting_.clear();
  for (index column = 0; column < size_; ++column)
    if (distance_[slot(column)] > -infinity && distance_[slot(column)] <= nearest_)
      waiting_.push_back(column);
}

void jonker_volgenant::flip_path(index free_row, index end) {
  for (index column = end;;) {
    const auto owner = static_cast<index>(from_[slot(column)]);
    const index before = column_of_[slot(owner)];
    assign(owner, column);
    if (owner == free_row)
      return;
    column = before;
  }
}

}  // namespace echelon::merging
