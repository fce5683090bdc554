#include "experiments/chaos/invariants/peers_live.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "actors/peers/peering.hpp"

namespace echelon::experiments::chaos {
namespace {

/// How many times as long as its slowest peer would take alone a round may take.
constexpr double slack = 4;

/// What a peer's steps of one round take at most.
seconds computing(const actors::training_setup& setup, std::int32_t peer) {
  const auto steps = static_cast<double>(std::ranges::max(setup.peers->steps));
  seconds most{0};
  for (index round = 1; round <= setup.rounds; ++round)
    most = std::max(most, setup.delays->compute({role::worker, peer}, round, steps));
  return most;
}

/// When a fault that began then has no effect any more; `never`: it has as long as the run lasts.
/// Steps that a slow peer began go on at its pace.
nanoseconds over_at(const faults::scheduled_fault& one, nanoseconds began,
                    const actors::training_setup& setup) {
  const faults::spell when = one.from(began);
  const nanoseconds timeout = setup.faults.peer_timeout;
  if (when.until != faults::never && one.what->slowness() == 1)
    return when.until;
  if (when.until != faults::never)
    return when.until + to_nanoseconds(one.what->slowness() * computing(setup, one.at.number));
  const nanoseconds fatal = faults::fatal_after(one, timeout);
  return fatal == faults::never ? faults::never : began + fatal;
}

}  // namespace

peers_live::peers_live(const promises& made)
    : made_(made), began_(made.setup().faults.faults.size()) {
  for (std::size_t i = 0; i < began_.size(); ++i)
    if (made.setup().faults.faults[i].at_round == 0)
      began_[i] = made.setup().faults.faults[i].at_time;
  begin_round(1, nanoseconds{0});
}

void peers_live::begin_round(index round, nanoseconds now) {
  round_began_ = now;
  for (std::size_t i = 0; i < began_.size(); ++i)
    if (!began_[i] && made_.setup().faults.faults[i].at_round <= round)
      began_[i] = now;
}

nanoseconds peers_live::calm_from() const {
  const faults::fault_plan& plan = made_.setup().faults;
  nanoseconds over{0};
  for (std::size_t i = 0; i < began_.size(); ++i) {
    if (!began_[i])
      return faults::never;
    over = std::max(over, over_at(plan.faults[i], *began_[i], made_.setup()));
  }
  return over == faults::never ? over : std::max(over, last_due_);
}

/// What was sent while something went wrong may be under way for long.
void peers_live::note_due(const runtime::trace_event& said) {
  if (sent_ < calm_from())
    last_due_ = std::max(last_due_, said.time);
}

std::string peers_live::observe(const event& what) {
  return std::visit(handlers{[this](const message_sent& sent) {
                               note_sent(sent.what);
                               return std::string{};
                             },
                             [this](const message_due& due) {
                               note_due(due.what);
                               return std::string{};
                             },
                             [this](const round_ended& ended) { return judge(ended); },
                             [this](const run_ended& ended) {
                               return unexplained(ended,
                                                  [this](errc code) { return excuses(code); });
                             },
                             [](const auto&) { return std::string{}; }},
                    what);
}

/// Everybody's steps, with gradients for all neighbours where rules ask for them; as many
/// exchanges, there and back, each as slow as any of the run; and where peers are patient, that at
/// every wait.
seconds peers_live::bound(index round) const {
  const actors::training_setup& setup = made_.setup();
  const actors::peering& plan = *setup.peers;
  const bool crosses = plan.mixes && plan.mixes->traits().crossed;
  const index steps = std::ranges::max(plan.steps);
  const index exchanges = plan.merges ? 1 : steps;
  seconds computing{0}, crossing{0};
  for (std::int32_t peer = 0; peer < plan.peers(); ++peer) {
    const node_id node{role::worker, peer};
    computing = std::max(computing, setup.delays->compute(node, round, static_cast<double>(steps)));
    for (index one = 0; one <= setup.rounds * steps; ++one)
      crossing = std::max(crossing, setup.delays->link(node, one, transmission::direction::up));
  }
  const auto gradients = static_cast<double>(crosses ? plan.peers() : 1);
  const auto waits = static_cast<double>(exchanges + 2);
  return slack * (computing * gradients + waits * (3 * crossing + 4 * plan.patience)) +
         to_seconds(setup.faults.peer_timeout);
}

std::string peers_live::judge(const round_ended& what) {
  const nanoseconds began = round_began_;
  const bool calm = calm_from() <= began;
  begin_round(what.record.round + 1, what.now);
  const seconds allowed = bound(what.record.round);
  if (!calm || to_seconds(what.now - began) <= allowed)
    return {};
  return fmt::format("round {} took {:.6g} s though nothing goes wrong any more; {:.6g} s would be "
                     "slow",
                     what.record.round, to_seconds(what.now - began).count(), allowed.count());
}

/// Reasons that a run may give, for what the scenario's faults are.
bool peers_live::excuses(errc code) const {
  const actors::training_setup& setup = made_.setup();
  const actors::peering& plan = *setup.peers;
  switch (code) {
    case errc::unreachable: {  // nobody is left
      std::set<node_id> ended;
      for (const faults::scheduled_fault& one : setup.faults.faults)
        if (!one.on_link() && faults::fatal_after(one, setup.faults.peer_timeout) != faults::never)
          ended.insert(one.at);
      return std::ssize(ended) == plan.peers();
    }
    case errc::timed_out:
      return plan.patience == seconds{0} &&
             made_.anybody([](const faults::fault& what) { return what.mutes() || babbles(what); });
    // Lies are believed, and rules that need constant weights do not have them while models are
    // missing.
    case errc::diverged:
      return made_.anybody([](const faults::fault& what) { return what.deceives(); }) ||
             (plan.mixes && plan.mixes->traits().constant_weights && !setup.faults.empty());
    default: return false;
  }
}

}  // namespace echelon::experiments::chaos
