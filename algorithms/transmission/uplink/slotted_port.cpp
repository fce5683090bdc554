#include "algorithms/transmission/uplink/slotted_port.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "algorithms/base/jain_index.hpp"

namespace echelon::transmission {
namespace {

/// Chunks below which nothing is left but rounding.
constexpr double tiny = 1e-9;

double sum_left(const std::deque<waiting_bits>& bits) {
  return std::accumulate(bits.begin(), bits.end(), 0.0,
                         [](double sum, const waiting_bits& one) { return sum + one.left; });
}

}  // namespace

slotted_port::slotted_port(const uplink_plan& plan, std::vector<node_id> senders)
    : plan_(plan), senders_(std::move(senders)) {
  const std::size_t count = senders_.size();
  for (auto* each : {&state_.backlog, &state_.memory, &state_.totals.sent, &unadmitted_, &offered_,
                     &rates_, &grant_most_, &weights_, &sent_})
    each->assign(count, 0.0);
  state_.waiting.resize(count);
  since_.resize(count);
  ending_.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    grant_most_[i] = plan_.share_most * plan_.rate_most(static_cast<index>(i));
    weights_[i] = plan_.weight(static_cast<index>(i));
  }
}

void slotted_port::submit(index sender, std::int64_t ticket, double chunks) {
  const auto at = static_cast<std::size_t>(sender);
  state_.waiting[at].push_back({++state_.arrived, ticket, chunks, chunks});
  unadmitted_[at] += chunks;
}

double slotted_port::withdraw(index sender, std::int64_t ticket) {
  const auto at = static_cast<std::size_t>(sender);
  auto& bits = state_.waiting[at];
  double before = 0;  // sent earlier than this message
  for (auto one = bits.begin(); one != bits.end(); before += one->left, ++one)
    if (one->ticket == ticket) {
      const waiting_bits gone = *one;
      const double admitted = std::clamp(state_.backlog[at] - before, 0.0, gone.left);
      if (state_.busy_with == sender && one == bits.begin())
        state_.busy_with = -1;
      bits.erase(one);
      state_.totals.purged += gone.left;
      unadmitted_[at] = std::max(unadmitted_[at] - (gone.left - admitted), 0.0);
      state_.backlog[at] = bits.empty() ? 0.0 : state_.backlog[at] - admitted;
      return gone.size - gone.left;
    }
  return 0;
}

bool slotted_port::waiting() const {
  return std::ranges::any_of(state_.waiting, [](const auto& bits) { return !bits.empty(); });
}

void slotted_port::restore(port_state state) {
  expects(state.backlog.size() == senders_.size());
  state_ = std::move(state);
  for (std::size_t i = 0; i < senders_.size(); ++i)
    unadmitted_[i] = std::max(sum_left(state_.waiting[i]) - state_.backlog[i], 0.0);
}

std::vector<departure> slotted_port::run(std::int64_t slot_number,
                                         const std::vector<char>& streaming) {
  look(slot_number, streaming);
  decided_.admitted = offered_;
  decided_.preference.assign(senders_.size(), slot_decision::never);
  plan_.policy->decide({.backlog = state_.backlog,
                        .offered = offered_,
                        .rates = rates_,
                        .grant_most = grant_most_,
                        .weights = weights_,
                        .since = since_,
                        .ending = ending_},
                       state_.memory, decided_);
  std::ranges::fill(sent_, 0.0);
  std::vector<departure> left;
  grant(left);
  admit();
  plan_.policy->sent(sent_, state_.memory);
  account();
  return left;
}

void slotted_port::look(std::int64_t slot_number, const std::vector<char>& streaming) {
  for (std::size_t i = 0; i < senders_.size(); ++i) {
    rates_[i] = plan_.rate(senders_[i], static_cast<index>(i), slot_number);
    since_[i] = state_.waiting[i].empty() ? 0 : state_.waiting[i].front().since;
    if (plan_.arrivals) {
      const double room = plan_.chunks(plan_.arrivals->buffer_bits) - state_.backlog[i];
      const double produced = streaming[i] != 0 ? plan_.arrival(senders_[i], slot_number) : 0.0;
      offered_[i] = std::clamp(produced, 0.0, std::max(room, 0.0));
    } else {
      offered_[i] = std::min(unadmitted_[i], plan_.admission_most);
      ending_[i] = unadmitted_[i] <= tiny ? 1 : 0;
    }
  }
}

std::vector<std::size_t> slotted_port::order() const {
  std::vector<std::size_t> first;
  for (std::size_t i = 0; i < senders_.size(); ++i)
    if (decided_.preference[i] > slot_decision::never)
      first.push_back(i);
  const auto held = static_cast<std::size_t>(state_.busy_with);
  const bool holds = plan_.whole_vectors && state_.busy_with >= 0;
  std::ranges::sort(first, [&](std::size_t a, std::size_t b) {
    if (holds && (a == held) != (b == held))
      return a == held;
    const double left = decided_.preference[a];
    const double right = decided_.preference[b];
    return left != right ? left > right : a < b;
  });
  return first;
}

void slotted_port::grant(std::vector<departure>& left) {
  double free = 1;
  for (const std::size_t i : order()) {
    const double share = std::min(plan_.share_most, free);
    const double most = share * rates_[i];
    const double used = std::min(most, state_.backlog[i]);
    const double granted = plan_.share_rest ? used : most;
    state_.totals.granted += granted;
    state_.totals.wasted += granted - used;
    send(i, used, 1 - free, left);
    free -= plan_.share_rest ? used / rates_[i] : share;
    if (free <= tiny)
      break;
  }
}

void slotted_port::send(std::size_t sender, double chunks, double start,
                        std::vector<departure>& left) {
  auto& bits = state_.waiting[sender];
  sent_[sender] = chunks;
  state_.backlog[sender] -= chunks;
  for (double passed = 0; chunks > 0 && !bits.empty();) {
    waiting_bits& head = bits.front();
    const double now = std::min(chunks, head.left);
    chunks -= now;
    passed += now;
    head.left -= now;
    if (head.left > tiny)
      break;
    if (head.ticket != 0)
      left.push_back({head.ticket, std::min(start + passed / rates_[sender], 1.0)});
    bits.pop_front();
  }
  if (bits.empty())
    state_.backlog[sender] = 0;
  const bool begun = !bits.empty() && bits.front().left < bits.front().size;
  const auto self = static_cast<std::int64_t>(sender);
  if (begun)
    state_.busy_with = self;
  else if (state_.busy_with == self)
    state_.busy_with = -1;
}

void slotted_port::admit() {
  for (std::size_t i = 0; i < senders_.size(); ++i) {
    const double chunks = decided_.admitted[i];
    if (chunks <= 0)
      continue;
    state_.backlog[i] += chunks;
    if (plan_.arrivals)
      state_.waiting[i].push_back({++state_.arrived, 0, chunks, chunks});
    else
      unadmitted_[i] = std::max(unadmitted_[i] - chunks, 0.0);
  }
}

void slotted_port::account() {
  port_totals& totals = state_.totals;
  ++totals.slots;
  for (std::size_t i = 0; i < senders_.size(); ++i) {
    totals.sent[i] += sent_[i];
    totals.backlog_sum += state_.backlog[i];
    totals.backlog_most = std::max(totals.backlog_most, state_.backlog[i]);
  }
}

std::map<std::string, double> port_facts(const uplink_plan& plan,
                                         std::span<const port_state* const> ports) {
  std::vector<double> sent;
  std::map<std::string, double> facts;
  double granted = 0;
  double wasted = 0;
  double backlog_slots = 0;
  for (const port_state* port : ports) {
    const port_totals& totals = port->totals;
    const auto slots = static_cast<double>(std::max<std::int64_t>(totals.slots, 1));
    for (std::size_t i = 0; i < totals.sent.size(); ++i) {
      const double average = totals.sent[i] / slots;
      facts["uplink_utility"] += plan.weight(static_cast<index>(i)) * plan.policy->utility(average);
      facts["uplink_throughput"] += average;
      sent.push_back(totals.sent[i]);
    }
    granted += totals.granted;
    wasted += totals.wasted;
    backlog_slots += slots * static_cast<double>(totals.sent.size());
    facts["uplink_queue_mean"] += totals.backlog_sum;
    facts["uplink_queue_max"] = std::max(facts["uplink_queue_max"], totals.backlog_most);
    facts["uplink_purged_bytes"] += totals.purged * plan.chunk_bits / 8;
  }
  if (ports.empty())
    return facts;
  facts["uplink_queue_mean"] /= backlog_slots;
  facts["uplink_wasted"] = granted > 0 ? wasted / granted : 0;
  facts["uplink_jain"] = jain_index(sent);
  return facts;
}

}  // namespace echelon::transmission
