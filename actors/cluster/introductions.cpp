#include "actors/cluster/introductions.hpp"

#include <algorithm>
#include <utility>

namespace echelon::actors {

introductions::introductions(index peers, std::function<bool(index, index)> meet,
                             std::function<void(index, index)> introduce)
    : peers_(peers), meet_(std::move(meet)), introduce_(std::move(introduce)) {}

void introductions::seated(index peer) {
  if (!seated_.insert(peer).second)
    return;
  for (const index other : seated_)
    if (other != peer && meet_(peer, other))
      introduce_(peer, other);
}

void introductions::left(index peer) {
  seated_.erase(peer);
  std::erase_if(told_,
                [peer](const auto& pair) { return pair.first == peer || pair.second == peer; });
}

void introductions::met(index teller, index other, bool here) {
  if (!seated_.contains(teller) || !seated_.contains(other) || !meet_(teller, other))
    return;
  if (here)
    told_.insert({teller, other});
  else if (told_.erase({teller, other}) > 0)
    introduce_(teller, other);
}

bool introductions::complete(index peer) const {
  return seated_.contains(peer) && std::ranges::all_of(seated_, [&](index other) {
           return other == peer || !meet_(peer, other) ||
                  (told_.contains({peer, other}) && told_.contains({other, peer}));
         });
}

bool introductions::complete() const {
  return static_cast<index>(seated_.size()) == peers_ &&
         std::ranges::all_of(seated_, [this](index peer) { return complete(peer); });
}

}  // namespace echelon::actors
