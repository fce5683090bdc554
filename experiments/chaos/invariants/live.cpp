#include "experiments/chaos/invariants/live.hpp"

#include <fmt/format.h>

namespace echelon::experiments::chaos {
namespace {

constexpr node_id the_coordinator{role::coordinator, 0};

}  // namespace

live::live(const promises& made)
    : made_(made), must_finish_(made.only_delays() || made.tolerates_all()) {}

/// Reasons that a run may give, for what the scenario's faults are.
bool live::excuses(errc code) const {
  switch (code) {
    case errc::too_many_stragglers: return !must_finish_;
    // Somebody is there, says nothing that can be used, and is waited for.
    case errc::timed_out:
      return !must_finish_ && made_.anybody([](const faults::fault& what) {
        return what.mutes() || babbles(what) || what.pauses();
      });
    // Of itself training may diverge; an answer that is no number must not be what does it, where
    // others are enough.
    case errc::diverged:
      return !must_finish_ || !made_.anybody(babbles) ||
             made_.anybody([](const faults::fault& what) { return what.deceives(); });
    case errc::cannot_write:
    case errc::interrupted:
      return made_.anybody([](const faults::fault& what) {
        return what.kills() || what.where() == faults::place::coordinator;
      });
    default: return false;
  }
}

std::string live::observe(const event& what) {
  return std::visit(handlers{[this](const round_ended& ended) { return judge(ended); },
                             [this](const run_ended& ended) {
                               return unexplained(ended,
                                                  [this](errc code) { return excuses(code); });
                             },
                             [](const auto&) { return std::string{}; }},
                    what);
}

std::set<node_id> live::faulty_by(index round, nanoseconds now) const {
  std::set<node_id> failed;
  for (const faults::scheduled_fault& one : made_.setup().faults.faults) {
    if (!one.begun_by(round, now))
      continue;
    if (one.at == the_coordinator)
      failed.insert(the_coordinator);
    failed.merge(made_.faulty(one));
  }
  return failed;
}

std::string live::judge(const round_ended& what) {
  const std::set<node_id> failed = faulty_by(what.record.round, what.now);
  if (!made_.survives(failed))
    return {};
  const auto bound = made_.round_bound(what.record.round, failed);
  if (!bound || what.record.round_s <= bound->count())
    return {};
  return fmt::format("round {} took {:.6g} s though no more failed than the plan tolerates; {:.6g} "
                     "s would be slow",
                     what.record.round, what.record.round_s, bound->count());
}

}  // namespace echelon::experiments::chaos
