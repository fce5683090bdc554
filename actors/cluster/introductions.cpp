#include "actors/cluster/introductions.hpp"

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

bool introductions::complete() const {
  if (static_cast<index>(seated_.size()) < peers_)
    return false;
  for (index a = 0; a < peers_; ++a)
    for (index b = 0; b < peers_; ++b)
      if (a != b && meet_(a, b) && !told_.contains({a, b}))
        return false;
  return true;
}

}  // namespace echelon::actors
