#include <algorithm>

#include "actors/peers/parcels.hpp"
#include "actors/peers/peer_life.hpp"

// What comes to a peer, and who comes and goes.
namespace echelon::actors {
namespace {

/// By step. Neighbours are at most an exchange apart, and messages may overtake each other.
template <class Message>
void keep(std::map<index, Message>& kept, index step, Message what) {
  constexpr std::size_t kept_max = 2;
  kept.insert_or_assign(step, std::move(what));
  if (kept.size() > kept_max)
    kept.erase(kept.begin());
}

}  // namespace

/// Errors: none; what does not fit is told in the report and counts as not sent.
void peer_life::receive(peer_parcel what) {
  if (what.peer < 0 || what.peer >= plan().peers() || what.exchange < 0)
    return;
  if (what.behind >= 0) {
    auto& asked = requests_[what.peer];
    const auto known = asked.find(what.behind);
    if (known == asked.end())
      return keep(early_[what.peer], what.behind, std::move(what));
    const auto request = asked.extract(known);
    if (!put_back_known(what, request.mapped(), parameters()))
      return;
  }
  const bool fits = what.vectors > 0 && what.vectors <= 8 &&
                    what.values.size() == numbers() * what.vectors;
  ++sums_.parcels;
  if (what.spec != plan().spec_hash() || !fits) {
    sums_.refused.push_back(fmt::format("{} sent {} a model of another network",
                                        to_string(peer_node(what.peer)),
                                        to_string(peer_node(number_))));
    return shelf_.refuse(what.peer, what.exchange), go_on();
  }
  shelf_.add(what.peer, what.exchange, unpacked(what));
  go_on();
}

void peer_life::receive(const parcel_wanted& what) {
  if (neighbours_->contains(what.peer) && plan().fetches() && what.exchange > 0)
    hand_out(what.peer, what.exchange);
}

void peer_life::receive(const parcel_verdict& what) {
  shelf_.confirm(what.peer, what.exchange, what.came);
  go_on();
}

void peer_life::receive(const gradient_request& what) {
  // The learner may be at work.
  if (what.peer < 0 || what.peer >= plan().peers() || what.step < 0 ||
      what.point.size() != numbers())
    return;
  keep(requests_[what.peer], what.step, what);
  around_.context.pool.compute(
      self_, {}, [this, what, rows = learner_.rows_of(what.step)](int lane) {
        auto& scratch = *around_.scratch[static_cast<std::size_t>(lane)];
        return gradient_found{
            {number_, what.step, learner_.gradient_for(what.point, what.step, rows, scratch)},
            what.peer};
      });
  if (auto early = early_[what.peer].extract(what.step); !early.empty())
    receive(std::move(early.mapped()));
}

void peer_life::receive(const gradient_found& what) { send(what.asker, what.answer); }

void peer_life::receive(const gradient_answer& what) {
  const auto asked = crossed_.find(what.peer);
  if (now_ != stage::crossing || asked == crossed_.end() || what.step != learner_.steps_taken() ||
      what.gradient.size() != numbers())
    return;
  asked->second = what.gradient;
  answered_.insert(what.peer);
  go_on();
}

/// Whoever comes when others are under way asks all it will hear. They wait for its word before
/// they open another exchange, so that all of them count it in from the same one on.
void peer_life::join() {
  is_new_ = true;
  offers_.clear();
  round_ = 0;
  agenda_ = meetings{plan(), around_.context.setup->seed, number_};
  for (const auto& [peer, handle] : *neighbours_)
    if (shelf_.here(peer))
      ask_to_join(peer);
  wait_for(stage::joining);
}

void peer_life::ask_to_join(index peer) {
  offers_[peer] = std::nullopt;
  send(peer, join_request{number_, ++asks_});
}

/// The one who is furthest sends its model: it opens no exchange before the one to begin with.
void peer_life::settle_joining() {
  index first = 1, sponsor = -1;
  for (const auto& [peer, exchange] : offers_)
    if (*exchange > 0 && (sponsor < 0 || *exchange > first)) {
      first = *exchange;
      sponsor = peer;
    }
  if (sponsor < 0) {  // nobody is there to go on from
    is_new_ = false;
    return begin_round();
  }
  for (const auto& [peer, handle] : *neighbours_)
    send(peer, peer_joins{number_, first, static_cast<std::int32_t>(sponsor)});
  const training_setup& setup = *around_.context.setup;
  const index steps = plan().steps[slot(number_)];
  enter(agenda_.skip_to(first, setup.rounds, steps));
  is_unwelcome_ = plan().reweigh != nullptr;
  caf::anon_send(around_.monitor, peer_came{number_, round_});
  shelf_.open({0, {0.5, {{sponsor, 0.5}}}, {}});
  wait_for(stage::collecting);
}

void peer_life::receive(const join_request& what) {
  const auto known = neighbours_->find(what.peer);
  if (known == neighbours_->end())
    return;
  auto& [seat, heard] = asked_by_[what.peer];
  if (seat == known->second.address() && what.ask <= heard)
    return;
  seat = known->second.address();
  heard = what.ask;
  if (now_ == stage::over)
    return send(what.peer, join_offer{number_, 0});
  self_->monitor(known->second);
  lose(what.peer);
  awaited_.insert(what.peer);
  send(what.peer, join_offer{number_, is_new_ ? 0 : agenda_.held() + 1});
  go_on();
}

void peer_life::receive(const join_offer& what) {
  if (const auto asked = offers_.find(what.peer); asked != offers_.end())
    asked->second = what.exchange;
  if (what.exchange == 0)  // it is done, or new itself and will say when it begins
    lose(what.peer);
  go_on();
}

void peer_life::receive(const peer_joins& what) {
  if (!neighbours_->contains(what.peer))
    return;
  awaited_.erase(what.peer);
  shelf_.regain(what.peer, std::max(what.exchange, agenda_.held() + 1));
  newcomers_.emplace_back(what.peer, what.sponsor == number_);
  if (now_ == stage::over)
    return greet();
  go_on();
}

/// Two who had lost each other say from when on they are together again, and open nothing before.
void peer_life::receive(const peer_returns& what) {
  if (!neighbours_->contains(what.peer) || now_ == stage::idle)
    return;
  if (now_ == stage::joining)
    return ask_to_join(what.peer);
  const bool was_awaited = awaited_.erase(what.peer) > 0;
  if (!was_awaited && what.answers)
    return;
  if (!was_awaited)
    send(what.peer, peer_returns{number_, next_exchange(), true});
  if (what.exchange == 0)
    lose(what.peer);
  else
    shelf_.regain(what.peer, std::max<index>(what.exchange, agenda_.held() + 1));
  go_on();
}

/// The link to a peer is back, and what it carried may be lost.
void peer_life::meet_again(index peer) {
  if (now_ == stage::joining)
    return ask_to_join(peer);
  if (now_ == stage::idle || now_ == stage::over)
    return;
  awaited_.insert(peer);
  send(peer, peer_returns{number_, next_exchange(), false});
}

void peer_life::receive(const graph_coming& what) {
  graph_coming_ = what.change;
  caf::anon_send(around_.monitor, graph_answer{number_, what.change, agenda_.held() + 1});
}

/// Errors: none; a graph that these peers cannot have is one that does not come.
void peer_life::receive(const graph_changed& what) {
  if (plan().reweigh)
    if (auto network = with_links(plan(), what.ends))
      agenda_.change_network(what.exchange, *std::move(network));
  if (graph_coming_ == what.change)
    graph_coming_.reset();
  go_on();
}

void peer_life::receive(const peer_welcome&) {
  is_unwelcome_ = false;
  go_on();
}

void peer_life::lose(index peer) {
  shelf_.lose(peer);
  answered_.erase(peer);
  wanted_.erase(peer);
  take_back(peer, agenda_.held());
}

void peer_life::neighbour(index peer, bool here) {
  if (here) {
    if (const auto known = neighbours_->find(peer); known != neighbours_->end())
      self_->monitor(known->second);
    if (shelf_.lost(peer))
      meet_again(peer);
  } else {
    lose(peer);
    awaited_.erase(peer);
    offers_.erase(peer);
  }
  go_on();
}

void peer_life::ended(const caf::actor_addr& who) {
  for (const auto& [peer, handle] : *neighbours_)
    if (handle.address() == who)
      return neighbour(peer, false);
}

}  // namespace echelon::actors
