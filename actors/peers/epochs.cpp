#include "actors/peers/epochs.hpp"

#include <algorithm>

#include "algorithms/base/contract.hpp"
#include "algorithms/base/random.hpp"

namespace echelon::actors {

epochs::epochs(std::span<const index> rows, index batch, std::uint64_t data_seed, index peer)
    : rows_(rows.begin(), rows.end()), batch_(batch > 0 ? batch : std::ssize(rows_)),
      data_seed_(data_seed), peer_(peer) {
  expects(!rows_.empty());
}

index epochs::steps_each() const { return (std::ssize(rows_) + batch_ - 1) / batch_; }

std::span<const index> epochs::rows(index step) {
  const index each = steps_each();
  if (const index wanted = step / each; wanted != epoch_) {
    epoch_ = wanted;
    random_stream random{data_seed_, "epoch", static_cast<std::uint64_t>(epoch_),
                         static_cast<std::uint64_t>(peer_)};
    order_ = permutation(random, std::ssize(rows_));
    for (index& row : order_)
      row = rows_[slot(row)];
  }
  const index first = step % each * batch_;
  return std::span{order_}.subspan(slot(first), slot(std::min(batch_, std::ssize(order_) - first)));
}

}  // namespace echelon::actors
