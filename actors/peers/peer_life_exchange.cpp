#include "actors/peers/parcels.hpp"
#include "actors/peers/peer_life.hpp"

// A peer's exchanges: what it offers, what it takes in.
namespace echelon::actors {

void peer_life::open_next() {
  if (!may_open())
    return wait_for(stage::holding);
  greet();
  open(agenda_.next());
}

void peer_life::greet() {
  for (const auto& [peer, sponsored] : std::exchange(newcomers_, {})) {
    learner_.forget(peer);
    if (sponsored)
      send(peer, packed(number_, 0, plan().spec_hash(), {{learner_.model()}, {}}));
  }
}

void peer_life::open(meeting what) {
  shelf_.open(std::move(what));
  if (shelf_.fetches())
    lay_out();
  if (shelf_.fetches() || shelf_.now().column.others.empty())
    return wait_for(stage::collecting);
  compute(
      [this](learning::workspace&) {
        for (const auto& [receiver, share] : shelf_.now().column.others)
          outbox_.emplace_back(receiver, learner_.offer(receiver, share));
        return result<void>{};
      },
      [this] { send_offers(); });
}

/// For neighbours to fetch, who may be behind.
void peer_life::lay_out() {
  const index exchange = shelf_.now().number;
  std::set<index> receivers;
  for (const auto& [receiver, share] : shelf_.now().column.others)
    if (shelf_.here(receiver))
      receivers.insert(receiver);
  offers_out_[exchange] = {
      packed(number_, exchange, plan().spec_hash(), learner_.offer(number_, 1)),
      std::move(receivers)};
  const std::map<index, index> early = std::exchange(wanted_, {});
  for (const auto& [receiver, wanted] : early)
    hand_out(receiver, wanted);
}

/// Now, or when that exchange is open.
void peer_life::hand_out(index to, index exchange) {
  const auto laid = offers_out_.find(exchange);
  if (laid == offers_out_.end()) {
    if (exchange > agenda_.held())
      wanted_[to] = exchange;
    return;
  }
  send(to, laid->second.parcel);
  take_back(to, exchange);
}

/// A neighbour does not need what was laid out for exchanges up to this one.
void peer_life::take_back(index from, index last) {
  for (auto laid = offers_out_.begin(); laid != offers_out_.end();) {
    if (laid->first <= last)
      laid->second.awaited_by.erase(from);
    laid = laid->second.awaited_by.empty() ? offers_out_.erase(laid) : std::next(laid);
  }
}

/// Merges what is there, in order, and asks for what it has room for.
void peer_life::fetch() {
  if (auto next = shelf_.next()) {
    return compute(
        [this, from = std::make_shared<merging::arrival>(*std::move(next))](learning::workspace&) {
          const meeting& now = shelf_.now();
          return learner_.merge_next(std::move(*from), now.row.self, now.number);
        },
        [this] {
          now_ = stage::collecting;
          go_on();
        });
  }
  if (shelf_.models_in())
    return close_exchange();
  for (const index peer : shelf_.to_be_asked())
    send(peer, parcel_wanted{number_, shelf_.now().number});
}

void peer_life::send_offers() {
  for (const auto& [receiver, content] : std::exchange(outbox_, {})) {
    peer_parcel offered = packed(number_, shelf_.now().number, plan().spec_hash(), content);
    if (answered_.contains(receiver))
      leave_out_known(offered, asked_, parameters());
    send(receiver, std::move(offered));
  }
  wait_for(stage::collecting);
}

void peer_life::send_verdicts() {
  for (const auto& [peer, weight] : shelf_.now().row.others)
    send(peer, parcel_verdict{number_, shelf_.now().number, shelf_.came(peer)});
  shelf_.told();
}

void peer_life::close_exchange() {
  around_.context.loop.cancel(patience_);
  compute(
      [this, brought = std::make_shared<harvest>(shelf_.take()), exchange = shelf_.now().number,
       looks = around_.monitor_is_here && test_is_due()](learning::workspace&) -> result<void> {
        if (exchange > 0)
          return learner_.take_in(std::move(*brought), exchange, looks);
        const bool came = !brought->arrived.empty();
        learner_.sift(*brought, exchange);
        is_misled_ = came && brought->arrived.empty();
        if (brought->arrived.empty())
          return {};
        if (!is_new_)
          return learner_.adopt(brought->arrived[0]);
        learner_.take_over(brought->arrived[0].content.vectors[0], round_ - 1,
                           plan().steps[slot(number_)] - steps_left_);
        is_new_ = false;
        return {};
      },
      [this] { after_exchange(); });
}

void peer_life::after_exchange() {
  if (shelf_.now().number == 0)
    return after_order();
  if (plan().mixes || !test_is_due())
    return next_stretch();
  test(&peer_report::merged, [this] { next_stretch(); });
}

void peer_life::after_order() {
  if (is_new_) {  // the sponsor has gone, or sent what is no model
    if (is_misled_)
      shelf_.lose(shelf_.now().row.others.front().peer);
    return join();
  }
  if (round_ == 0)
    return begin_round();
  if (round_ > around_.context.setup->rounds) {
    now_ = stage::over;
    greet();
  } else if (plan().merges)
    open_next();
  else
    next_stretch();
}

}  // namespace echelon::actors
