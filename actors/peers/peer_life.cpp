#include "actors/peers/peer_life.hpp"

#include <algorithm>

#include "actors/peers/parcels.hpp"

namespace echelon::actors {
namespace {

/// Delays know peers as workers.
node_id delayed_node(index peer) { return {role::worker, static_cast<std::int32_t>(peer)}; }

}  // namespace

peer_life::peer_life(self_pointer self, peer_surroundings& around, std::int32_t number,
                     neighbour_book neighbours)
    : self_(self), around_(around), number_(number), neighbours_(std::move(neighbours)),
      learner_(around.context.setup, number), agenda_(plan(), around.context.setup->seed, number),
      shelf_(plan()) {}

void peer_life::compute(std::function<result<void>(learning::workspace&)> work,
                        std::function<void()> next) {
  now_ = stage::working;
  next_ = std::move(next);
  working_since_ = now();
  around_.context.pool.compute(
      self_, {}, [work = std::move(work), &scratch = around_.scratch](int lane) {
        const auto done = work(*scratch[static_cast<std::size_t>(lane)]);
        return work_done{done ? std::nullopt : std::optional{done.error()}};
      });
}

void peer_life::finished(const work_done& what) {
  if (now_ == stage::over)
    return;
  if (what.failure)
    return give_up(*what.failure);
  if (const auto since = std::exchange(working_since_, std::nullopt)) {
    const nanoseconds rest = around_.context.lag(peer_node(number_), now() - *since);
    if (rest > nanoseconds{0}) {
      around_.context.after(rest, self_, work_done{});
      return;
    }
  }
  const auto next = std::exchange(next_, nullptr);
  next();
}

void peer_life::wait_for(stage what) {
  now_ = what;
  ++waits_;
  around_.context.loop.cancel(patience_);
  // A word on a model comes when its receiver's own wait is over, which may have begun as late as
  // ours: edges would count at one end if both were as long.
  const seconds patience = plan().patience * (what == stage::confirming ? 2 : 1);
  if (patience > seconds{0})
    patience_ = around_.context.after(to_nanoseconds(patience), self_, patience_over{waits_});
  go_on();
}

void peer_life::patience_ended(std::int64_t wait) {
  if (wait != waits_)
    return;
  if (now_ == stage::collecting || now_ == stage::working)  // on a model that came
    shelf_.give_up();
  else if (now_ == stage::confirming)
    shelf_.give_up_verdicts();
  else if (now_ == stage::crossing)
    std::erase_if(crossed_, [](const auto& asked) { return !asked.second; });
  else if (now_ == stage::joining)
    std::erase_if(offers_, [](const auto& asked) { return !asked.second; });
  else if (now_ == stage::holding)
    stop_holding();
  go_on();
}

void peer_life::stop_holding() {
  awaited_.clear();
  graph_coming_.reset();
  is_unwelcome_ = false;
}

/// Whatever came, left or ran out: the wait may be over.
void peer_life::go_on() {
  if (now_ == stage::collecting && shelf_.fetches())
    return fetch();
  if (now_ == stage::collecting && shelf_.models_in()) {
    if (!shelf_.asks_for_words())
      return close_exchange();
    send_verdicts();
    return wait_for(stage::confirming);
  }
  if (now_ == stage::confirming && shelf_.verdicts_in())
    return close_exchange();
  if (now_ == stage::crossing && crossed_in())
    return await_steps();
  if (now_ == stage::holding && may_open())
    return open_next();
  if (now_ == stage::joining &&
      std::ranges::all_of(offers_, [](const auto& asked) { return asked.second.has_value(); }))
    settle_joining();
}

/// Behind a round, all peers begin the next one at the same instant.
void peer_life::begin(const begin_peer& what) {
  for (const auto& [peer, handle] : *neighbours_)
    self_->monitor(handle);
  if (what.memory) {
    round_ = what.round;
    learner_.recall(*what.memory);
    agenda_.skip_rounds(round_, plan().steps[slot(number_)]);
    sent_ = what.memory->sent;
    return begin_round();
  }
  if (what.joins)
    return join();
  compute([this](learning::workspace& scratch) { return learner_.pretrain(scratch); },
          [this] {
            since_ = now();
            take_up_order();
          });
}

/// Before the first merge, and from the root on: each takes up its parent's order of units.
void peer_life::take_up_order() {
  if (plan().order_parents.empty() || plan().order_parents[slot(number_)] < 0)
    return begin_round();
  const index parent = plan().order_parents[slot(number_)];
  meeting up{0, {0.5, {{parent, 0.5}}}, {}};
  shelf_.open(std::move(up));
  wait_for(stage::collecting);
}

void peer_life::begin_round() {
  if (round_ == 0 && !plan().order_parents.empty()) {
    const merging::parcel own{{learner_.model()}, {}};
    for (index child = 0; child < plan().peers(); ++child)
      if (plan().order_parents[slot(child)] == number_)
        send(child, packed(number_, 0, plan().spec_hash(), own));
  }
  if (round_ == 0 && plan().probe_every > 0 && around_.monitor_is_here)
    sums_.start = learner_.model();
  if (fault_injector* faults = around_.context.faults)
    faults->heard_of(round_ + 1);
  enter({round_ + 1, plan().steps[slot(number_)]});
  if (plan().merges)
    open_next();
  else
    next_stretch();
}

void peer_life::enter(place_in_run place) {
  round_ = place.round;
  steps_left_ = place.steps_left;
  const auto load = static_cast<double>(plan().steps[slot(number_)]);
  round_s_ = around_.context.setup->delays->compute(delayed_node(number_), round_, load).count();
}

void peer_life::next_stretch() {
  if (steps_left_ == 0)
    return end_round();
  stretch_ = agenda_.stretch(steps_left_);
  steps_left_ -= stretch_;
  if (crosses())
    ask_neighbours();
  else
    await_steps();
}

void peer_life::ask_neighbours() {
  crossed_.clear();
  answered_.clear();
  asked_ = {number_, learner_.steps_taken(), learner_.model()};
  for (const auto& [peer, weight] : agenda_.row_ahead().others)
    if (shelf_.here(peer)) {
      crossed_[peer] = std::nullopt;
      send(peer, asked_);
    }
  wait_for(stage::crossing);
}

bool peer_life::crossed_in() const {
  return std::ranges::all_of(crossed_, [this](const auto& asked) {
    return asked.second.has_value() || !shelf_.here(asked.first);
  });
}

/// What it computes for others takes its time, too.
void peer_life::await_steps() {
  now_ = stage::learning;
  around_.context.loop.cancel(patience_);
  const double share = static_cast<double>(stretch_) /
                       static_cast<double>(plan().steps[slot(number_)]);
  const double gradients = crosses() ? 1 + static_cast<double>(crossed_.size()) : 1;
  const fault_injector* faults = around_.context.faults;
  const double slowness = faults == nullptr ? 1 : faults->slowness(peer_node(number_));
  const seconds span{round_s_ * share * gradients * slowness};
  sums_.busy_s += span.count();
  around_.context.after(to_nanoseconds(span), self_, steps_due{});
}

void peer_life::steps_fell_due() {
  if (now_ != stage::learning)
    return;
  compute(
      [this, row = agenda_.row_ahead()](learning::workspace& scratch) {
        std::vector<merging::cross_gradient> crossed;
        for (const auto& [peer, weight] : row.others)
          if (const auto found = crossed_.find(peer); found != crossed_.end() && found->second)
            crossed.push_back({weight, *found->second});
        return learner_.learn(round_, stretch_, agenda_.due(), crossed, scratch);
      },
      [this] {
        if (agenda_.due())
          open_next();
        else
          next_stretch();
      });
}

bool peer_life::test_is_due() const {
  const training_setup& setup = *around_.context.setup;
  return round_ % setup.evaluate_every == 0 || round_ == setup.rounds;
}

void peer_life::end_round() {
  if (!test_is_due())
    return report();
  test(&peer_report::trained, [this] { report(); });
}

void peer_life::test(test_sums peer_report::*into, std::function<void()> next) {
  compute(
      [this, into](learning::workspace& scratch) {
        sums_.*into = learner_.test(scratch);
        return result<void>{};
      },
      [this, from = now(), next = std::move(next)] {
        untimed_ += now() - from;
        next();
      });
}

void peer_life::report() {
  peer_report told = learner_.take_notes();
  peer_report sums = std::exchange(sums_, {});
  told.peer = number_;
  told.round = round_;
  told.time_s = to_seconds(now() - since_ - untimed_).count();
  told.busy_s = sums.busy_s;
  told.merged = sums.merged;
  told.trained = sums.trained;
  told.exchange = agenda_.held();
  told.parcels = sums.parcels;
  told.bytes = sums.bytes;
  told.payload_bits = sums.payload_bits;
  told.refused.insert(told.refused.end(), sums.refused.begin(), sums.refused.end());
  told.start = std::move(sums.start);
  const block model = learner_.model();
  told.weights = model.hash();
  const bool last = round_ == around_.context.setup->rounds;
  if (around_.monitor_is_here || last)
    told.model = model;
  if (around_.remembers)
    told.memory = remember();
  caf::anon_send(around_.monitor, std::move(told));
  if (!last)
    return begin_round();
  now_ = stage::over;
  greet();
}

peer_memory_ptr peer_life::remember() const {
  peer_memory memory = learner_.remember();
  memory.sent = sent_;
  return std::make_shared<const peer_memory>(std::move(memory));
}

void peer_life::give_up(const error& why) {
  now_ = stage::over;
  caf::anon_send(around_.monitor, peer_failed{number_, round_, why.detail});
}

}  // namespace echelon::actors
