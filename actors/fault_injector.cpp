#include "actors/fault_injector.hpp"

#include <algorithm>
#include <utility>

namespace echelon::actors {
namespace {

constexpr node_id the_coordinator{role::coordinator, 0};

bool matches(faults::sense wanted, transmission::direction way) {
  return wanted == faults::sense::both ||
         (wanted == faults::sense::up) == (way == transmission::direction::up);
}

/// The answer that a message is, if it is one.
coded_gradient* answer_in(runtime::parcel& what) {
  auto& content = what.what.content->content();
  return content.match_elements<coded_gradient>() ? &content.get_mutable_as<coded_gradient>(0)
                                                  : nullptr;
}

runtime::parcel parcel_of(const caf::strong_actor_ptr& receiver, const coded_gradient& what) {
  return {facts_of(what),
          {receiver, caf::make_mailbox_element(nullptr, caf::make_message_id(), {}, what)}};
}

/// True where the answer is to be followed by the one before.
bool tell(const faults::fault& liar, coded_gradient& answer, random_stream random) {
  faults::testimony said{answer.round, answer.plan, answer.answer.values, answer.answer.packed,
                         answer.answer.scale};
  liar.tell(said, random);
  answer.round = said.round;
  answer.plan = said.plan;
  answer.answer.values = said.values;
  answer.answer.packed = said.packed;
  answer.answer.scale = said.scale;
  return said.repeats;
}

void run_clock(coded_gradient& answer, double rate) {
  answer.own_s *= rate;
  for (worker_effort& effort : answer.note.workers)
    effort.busy_s *= rate;
}

}  // namespace

fault_injector::fault_injector(const faults::fault_plan& plan, const tree& topology,
                               const runtime::event_loop& loop, std::uint64_t seed)
    : plan_(plan), topology_(topology), loop_(loop), seed_(seed), spells_(plan.faults.size()),
      draws_(plan.faults.size()) {
  for (std::size_t i = 0; i < spells_.size(); ++i)
    if (plan.faults[i].at_round == 0)
      spells_[i] = plan.faults[i].from(plan.faults[i].at_time);
}

template <class Use>
void fault_injector::for_holding(node_id node, faults::place where, Use use) const {
  for (std::size_t i = 0; i < spells_.size(); ++i) {
    const faults::scheduled_fault& one = plan_.faults[i];
    if (one.at == node &&
        (one.what->where() == faults::place::link) == (where == faults::place::link) &&
        spells_[i] && spells_[i]->holds(loop_.now()))
      use(i);
  }
}

random_stream fault_injector::draw(std::size_t fault) {
  return {seed_, "faults", fault, draws_[fault]++};
}

bool fault_injector::mute(node_id node) const {
  bool is_mute = false;
  for_holding(node, faults::place::node,
              [&](std::size_t i) { is_mute |= plan_.faults[i].what->mutes(); });
  return is_mute;
}

nanoseconds fault_injector::held_until(node_id node, nanoseconds due) const {
  nanoseconds taken = due;
  for (std::size_t i = 0; i < spells_.size(); ++i)
    if (plan_.faults[i].at == node && plan_.faults[i].what->pauses() && spells_[i] &&
        spells_[i]->holds(taken))
      taken = spells_[i]->until;
  return taken;
}

double fault_injector::slowness(node_id worker) const {
  double factor = 1;
  for_holding(worker, faults::place::node,
              [&](std::size_t i) { factor *= plan_.faults[i].what->slowness(); });
  return factor;
}

const faults::fault* fault_injector::of_disk() const {
  const faults::fault* found = nullptr;
  for_holding(the_coordinator, faults::place::node, [&](std::size_t i) {
    if (plan_.faults[i].what->where() == faults::place::coordinator)
      found = plan_.faults[i].what.get();
  });
  return found;
}

void fault_injector::begin_round(index round) {
  if (round <= round_)
    return;
  round_ = round;
  for (std::size_t i = 0; i < spells_.size(); ++i) {
    const faults::scheduled_fault& one = plan_.faults[i];
    if (spells_[i] || one.at_round > round)
      continue;
    spells_[i] = one.from(loop_.now());
    if (tell_)
      tell_(i);
  }
}

std::vector<runtime::parcel> fault_injector::spoken(node_id from, runtime::parcel what) {
  if (from == the_coordinator &&
      what.facts.kind == static_cast<std::uint8_t>(message_kind::round_start))
    begin_round(what.facts.round);
  if (mute(from))
    return {};
  if (from.kind == role::worker)
    return revised(from, std::move(what));
  std::vector<runtime::parcel> said;
  said.push_back(std::move(what));
  return said;
}

std::vector<runtime::parcel> fault_injector::revised(node_id from, runtime::parcel what) {
  std::vector<runtime::parcel> said;
  coded_gradient* const answer = answer_in(what);
  bool repeats = false;
  if (answer != nullptr)
    for_holding(from, faults::place::node, [&](std::size_t i) {
      run_clock(*answer, plan_.faults[i].what->clock_rate());
      repeats |= tell(*plan_.faults[i].what, *answer, draw(i));
    });
  const caf::strong_actor_ptr receiver = what.what.receiver;
  if (answer != nullptr)
    what.facts = facts_of(*answer);
  const auto before = answered_.find(from);
  std::optional<coded_gradient> again;
  if (repeats && before != answered_.end())
    again = before->second;
  if (repeats)
    answered_.insert_or_assign(from, *answer);
  said.push_back(std::move(what));
  if (again)
    said.push_back(parcel_of(receiver, *again));
  return said;
}

std::vector<nanoseconds> fault_injector::arrivals(transmission::direction way, node_id child,
                                                  const runtime::message_facts& what,
                                                  nanoseconds due) {
  faults::passage passing{
      .now = loop_.now(), .due = std::max(due, loop_.now()), .bytes = what.bytes};
  bool bent = false;
  for_holding(child, faults::place::link, [&](std::size_t i) {
    if (passing.due == faults::never || !matches(plan_.faults[i].way, way))
      return;
    random_stream random = draw(i);
    plan_.faults[i].what->cross(passing, *spells_[i], random);
    bent = true;
  });
  if (passing.due == faults::never)
    return {};
  const lane own{child, way, what.bulk};
  if (const auto before = latest_.find(own); before != latest_.end() && !passing.overtakes)
    passing.due = std::max(passing.due, before->second);
  if (bent && !passing.overtakes)
    latest_[own] = passing.due;
  const node_id to = way == transmission::direction::up ? topology_.parent(child) : child;
  std::vector<nanoseconds> moments;
  for (const nanoseconds arrival : {passing.due, passing.again})
    if (arrival != faults::never)
      if (const nanoseconds taken = held_until(to, arrival); taken != faults::never)
        moments.push_back(taken);
  return moments;
}

}  // namespace echelon::actors
