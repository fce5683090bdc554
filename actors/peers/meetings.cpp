#include "actors/peers/meetings.hpp"

#include "algorithms/merging/mixing/pairings.hpp"

namespace echelon::actors {
namespace {

using merging::mixing_row;

mixing_row all_alike(index peers, index self) {
  const double share = 1 / static_cast<double>(peers);
  mixing_row row{share};
  for (index peer = 0; peer < peers; ++peer)
    if (peer != self)
      row.others.push_back({peer, share});
  return row;
}

mixing_row with_partner(const std::vector<merging::peer_link>& pairs, index self) {
  for (const auto [a, b] : pairs)
    if (a == self || b == self)
      return {0.5, {{a == self ? b : a, 0.5}}};
  return {};
}

}  // namespace

meetings::meetings(const peering& plan, std::uint64_t seed, index peer)
    : plan_(&plan), peer_(peer), draws_(seed, "peers.meetings") {}

void meetings::change_network(index exchange, merging::peer_network network) {
  changes_[exchange] = std::make_shared<const merging::peer_network>(std::move(network));
}

/// That of the next exchange.
const merging::peer_network& meetings::network() const {
  const auto later = changes_.upper_bound(held_ + 1);
  return later == changes_.begin() ? plan_->network : *std::prev(later)->second;
}

index meetings::stretch(index most) {
  due_ = false;
  if (plan_->mixes == nullptr)
    return most;
  for (index taken = 1; taken <= most; ++taken)
    if (plan_->mixes->mixes(step_++, draws_)) {
      due_ = true;
      return taken;
    }
  return most;
}

meeting meetings::next() {
  using merging::exchange;
  due_ = false;
  const exchange with = plan_->mixes ? plan_->mixes->traits().with : exchange::neighbours;
  if (with == exchange::neighbours) {
    const merging::peer_network& along = network();
    const index round = held_++;
    return {held_, along.row(peer_, round), along.column(peer_, round)};
  }
  ++held_;
  const mixing_row row = with == exchange::everyone
                             ? all_alike(plan_->peers(), peer_)
                             : with_partner(
                                   merging::draw_pairs(with, plan_->network.all_links(), draws_),
                                   peer_);
  return {held_, row, row};
}

void meetings::skip_rounds(index rounds, index steps) {
  for (; rounds > 0; --rounds) {
    if (plan_->merges)
      next();
    for (index left = steps; left > 0;) {
      left -= stretch(left);
      if (due())
        next();
    }
  }
}

place_in_run meetings::skip_to(index exchange, index rounds, index steps) {
  for (index round = 1; round <= rounds; ++round) {
    if (plan_->merges) {
      if (held_ + 1 == exchange)
        return {round, steps};
      next();
    }
    for (index left = steps; left > 0;) {
      const meetings before = *this;
      const index taken = stretch(left);
      if (due() && held_ + 1 == exchange) {
        *this = before;
        return {round, left};
      }
      left -= taken;
      if (due())
        next();
    }
  }
  return {rounds + 1, 0};
}

}  // namespace echelon::actors
