#include "actors/fault_injector.hpp"

#include <algorithm>
#include <utility>

#include "actors/peers/peer_messages.hpp"

namespace echelon::actors {
namespace {

constexpr node_id the_coordinator{role::coordinator, 0};

bool matches(faults::sense wanted, transmission::direction way) {
  return wanted == faults::sense::both ||
         (wanted == faults::sense::up) == (way == transmission::direction::up);
}

/// What a message claims, if it is a message of that kind.
template <class Message>
Message* claim_in(runtime::parcel& what) {
  auto& content = what.what.content->content();
  return content.match_elements<Message>() ? &content.get_mutable_as<Message>(0) : nullptr;
}

runtime::parcel parcel_of(const caf::strong_actor_ptr& receiver,
                          const runtime::message_facts& facts, const caf::message& content) {
  return {facts,
          {receiver, caf::make_mailbox_element(nullptr, caf::make_message_id(), {}, content)}};
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

/// A peer's exchanges are its rounds, its network what others have for a plan.
bool tell(const faults::fault& liar, peer_parcel& model, random_stream random) {
  faults::testimony said{model.exchange, model.spec, model.values, {}, 1};
  liar.tell(said, random);
  model.exchange = said.round;
  model.spec = said.plan;
  model.values = said.values;
  return said.repeats;
}

void run_clock(coded_gradient& answer, double rate) {
  answer.own_s *= rate;
  for (worker_effort& effort : answer.note.workers)
    effort.busy_s *= rate;
}

}  // namespace

fault_injector::fault_injector(const faults::fault_plan& plan, const tree& topology,
                               const runtime::event_loop& loop, std::uint64_t seed,
                               share_of_run share)
    : plan_(plan), topology_(topology), loop_(loop), seed_(seed), share_(share),
      spells_(plan.faults.size()), draws_(plan.faults.size()) {
  for (std::size_t i = 0; i < spells_.size(); ++i)
    if (plan.faults[i].at_round == 0)
      spells_[i] = plan.faults[i].from(plan.faults[i].at_time);
}

bool fault_injector::holds(std::size_t fault) const {
  return spells_[fault] && spells_[fault]->holds(loop_.now());
}

template <class Use>
void fault_injector::for_holding(node_id node, Use use) const {
  for (std::size_t i = 0; i < spells_.size(); ++i)
    if (plan_.faults[i].at == node && !plan_.faults[i].on_link() && holds(i))
      use(i);
}

random_stream fault_injector::draw(std::size_t fault) {
  return {seed_, "faults", fault, draws_[fault]++};
}

bool fault_injector::mute(node_id node) const {
  bool is_mute = false;
  for_holding(node, [&](std::size_t i) { is_mute |= plan_.faults[i].what->mutes(); });
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
  for_holding(worker, [&](std::size_t i) { factor *= plan_.faults[i].what->slowness(); });
  return factor;
}

const faults::fault* fault_injector::of_disk() const {
  const faults::fault* found = nullptr;
  for_holding(the_coordinator, [&](std::size_t i) {
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
  if (from.kind == role::worker || from.kind == role::peer)
    return revised(from, std::move(what));
  std::vector<runtime::parcel> said;
  said.push_back(std::move(what));
  return said;
}

std::vector<runtime::parcel> fault_injector::revised(node_id from, runtime::parcel what) {
  bool repeats = false, speaks = false;
  const auto revise = [&]<class Message>(Message* claim) {
    if (claim == nullptr)
      return;
    speaks = true;
    for_holding(from, [&](std::size_t i) {
      const faults::fault& own = *plan_.faults[i].what;
      if constexpr (std::is_same_v<Message, coded_gradient>)
        run_clock(*claim, own.clock_rate());
      repeats |= tell(own, *claim, draw(i));
    });
    what.facts = facts_of(*claim);
  };
  revise(claim_in<coded_gradient>(what));
  revise(claim_in<peer_parcel>(what));
  std::optional<saying> again;
  if (speaks && repeats) {
    if (const auto before = said_.find(from); before != said_.end())
      again = before->second;
    said_[from] = {what.facts, what.what.content->copy_content_to_message()};
  }
  const caf::strong_actor_ptr receiver = what.what.receiver;
  std::vector<runtime::parcel> said;
  said.push_back(std::move(what));
  if (again)
    said.push_back(parcel_of(receiver, again->facts, again->content));
  return said;
}

template <class Test>
std::vector<nanoseconds> fault_injector::bent(const lane& own, const runtime::message_facts& what,
                                              nanoseconds due, Test there) {
  faults::passage passing{.now = loop_.now(),
                          .due = std::max(due, loop_.now()),
                          .bytes = what.bytes,
                          .bulk = what.bulk};
  bool is_bent = false;
  for (std::size_t i = 0; i < spells_.size() && passing.due != faults::never; ++i) {
    const faults::scheduled_fault& one = plan_.faults[i];
    if (!one.on_link() || !holds(i) || !there(one))
      continue;
    random_stream random = draw(i);
    one.what->cross(passing, *spells_[i], random);
    is_bent = true;
  }
  if (passing.due == faults::never)
    return {};
  const nanoseconds arrives = passing.due;
  for_holding(std::get<1>(own), [&](std::size_t i) { plan_.faults[i].what->take(passing); });
  is_bent |= passing.due != arrives;
  if (const auto before = latest_.find(own); before != latest_.end() && !passing.overtakes)
    passing.due = std::max(passing.due, before->second);
  if (is_bent && !passing.overtakes)
    latest_[own] = passing.due;
  std::vector<nanoseconds> moments;
  for (const nanoseconds arrival : {passing.due, passing.again})
    if (arrival != faults::never)
      if (const nanoseconds taken = held_until(std::get<1>(own), arrival); taken != faults::never)
        moments.push_back(taken);
  return moments;
}

std::vector<nanoseconds> fault_injector::arrivals(transmission::direction way, node_id child,
                                                  const runtime::message_facts& what,
                                                  nanoseconds due) {
  const node_id parent = topology_.parent(child);
  const bool up = way == transmission::direction::up;
  return bent(
      {up ? child : parent, up ? parent : child, what.bulk}, what, due,
      [&](const faults::scheduled_fault& one) { return one.at == child && matches(one.way, way); });
}

std::vector<nanoseconds> fault_injector::arrivals_across(node_id from, node_id to,
                                                         const runtime::message_facts& what,
                                                         nanoseconds due) {
  return bent({from, to, what.bulk}, what, due, [&](const faults::scheduled_fault& one) {
    return one.among.cross(from, to, one.way);
  });
}

}  // namespace echelon::actors
