#include "actors/role_context.hpp"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include "actors/plan_recipe.hpp"

namespace echelon::actors {

work_plan_ptr role_context::plan_of(const round_start& what) const {
  if (auto known = plans.find(what.plan); known || what.recipe.empty())
    return known;
  auto made = follow_recipe(*setup, what.recipe);
  if (!made || made->id != what.plan)
    return nullptr;
  auto plan = std::make_shared<const coding::work_plan>(*std::move(made));
  plans.put(plan);
  return plan;
}

seconds role_context::compute_time(node_id worker, std::int64_t round, double load,
                                   index task) const {
  return setup->delays->compute(worker, round, load, task) *
         (faults == nullptr ? 1 : faults->slowness(worker));
}

nanoseconds role_context::lag(node_id self, nanoseconds took) const {
  return faults == nullptr ? nanoseconds{0}
                           : to_nanoseconds(to_seconds(took) * (faults->slowness(self) - 1));
}

void role_context::heard_of(node_id self, std::int64_t exchange) const {
  if (faults != nullptr)
    faults->heard_of(moment_of(*setup, self, exchange).outer);
}

index role_context::dimension() const { return setup->gradients ? setup->exchanged() : 0; }

std::int64_t role_context::model_bytes() const {
  return setup->exchanged() * static_cast<std::int64_t>(bytes_of(setup->model->kind()));
}

std::int64_t role_context::answer_bytes(coding::message_frame frame) const {
  return frame.length(setup->exchanged()) *
         compression::bytes_each(setup->values, setup->model->kind());
}

packing role_context::packing_of(node_id self, node_id data, std::int32_t index_above,
                                 const round_start& start) const {
  const auto& packer = self.kind == role::edge ? setup->edge_packer : setup->worker_packer;
  if (!packer && !setup->control_variates)
    return {};
  const bool used = std::ranges::find(start.unused, index_above) == start.unused.end();
  const auto place = static_cast<std::size_t>(index_above);
  const moment when = moment_of(*setup, self, start.round);
  return {.packer = packer,
          .held = senders.begin(data, when, used),
          .wanted = place < start.efforts.size() ? start.efforts[place] : compression::effort{},
          .means = setup->packs_means,
          .variate_at = setup->control_variates
                            ? setup->exchanged() - setup->model->parameter_count()
                            : 0,
          .seed = setup->data_seed,
          .who = data,
          .when = when,
          .round = start.round};
}

coded_gradient role_context::answer_of(const packing& pack, const round_decoded& what,
                                       std::int64_t round, std::int32_t sibling, double own_s,
                                       work_note note) const {
  if (what.upwards.next)
    senders.sent(pack.who, pack.when, what.upwards.next);
  const blob& packed = what.upwards.answer.packed;
  return {.round = round,
          .plan = what.plan,
          .sender = sibling,
          .answer = what.upwards.answer,
          .payload_bytes = packed.empty() ? answer_bytes()
                                          : static_cast<std::int64_t>(packed.size()),
          .how = what.upwards.how,
          .own_s = own_s,
          .note = std::move(note)};
}

edge_effort role_context::effort_of(node_id edge, double busy_s, index vectors) const {
  const runtime::traffic_totals below = mail.take_traffic();
  return {.edge = edge.number,
          .busy_s = busy_s,
          .vectors = vectors,
          .bytes_up = below.bytes_up,
          .bytes_down = below.bytes_down,
          .payload_bits_up = below.payload_bits_up};
}

void role_context::allot(node_id parent, round_start& what) const {
  const auto manager = setup->budgets.find(parent);
  what.efforts.clear();
  what.unused.clear();
  if (manager == setup->budgets.end())
    return;
  allotment& budget = senders.budget_of(parent);
  if (budget.ratios.balances.empty())
    budget.ratios = manager->second->begin();
  if (budget.round != what.round)
    budget.efforts = manager->second->efforts(budget.ratios);
  budget.round = what.round;
  what.efforts = budget.efforts;
  what.unused = budget.unused;
}

void role_context::settle_allotment(node_id parent, const gathering& round,
                                    const coding::decoded_round& decoded) const {
  const auto manager = setup->budgets.find(parent);
  if (manager == setup->budgets.end())
    return;
  allotment& budget = senders.budget_of(parent);
  const std::vector<std::int32_t> unused_before = std::exchange(budget.unused, {});
  std::vector<compression::sender_observation> seen(round.squeezes().size());
  for (std::size_t sender = 0; sender < seen.size(); ++sender) {
    const bool used = std::ranges::find(decoded.senders, static_cast<index>(sender)) !=
                      decoded.senders.end();
    // Who was not asked has sent nothing since, so that what was known of it holds.
    const auto place = static_cast<std::int32_t>(sender);
    if (round.asks(place) ? !used : std::ranges::find(unused_before, place) != unused_before.end())
      budget.unused.push_back(place);
    if (const auto& how = round.squeezes()[sender])
      seen[sender] = {.sent = used,
                      .coordinates = how->coordinates,
                      .bits = static_cast<double>(how->payload_bits),
                      .norm = how->norm};
  }
  manager->second->observe(seen, budget.ratios);
}

std::map<std::string, double> role_context::findings_of(const model_probe& start,
                                                        const model_probe& now, index round) const {
  constexpr node_id root{role::coordinator, 0};
  const auto manager = setup->budgets.find(root);
  const bool shares = manager != setup->budgets.end() && setup->topology.is_star();
  if (shares) {
    std::vector<double> squares;
    for (const worker_probe& worker : now.workers)
      squares.push_back(worker.gradient_square);
    manager->second->observe_divergences(squares, senders.budget_of(root).ratios);
  }
  std::map<std::string, double> found{{"gradient_square", now.gradient_square},
                                      {"noise", now.noise},
                                      {"smoothness", now.smoothness},
                                      {"upward_divergence", now.by_level.front()},
                                      {"downward_divergence", now.downward()}};
  for (std::size_t level = 0; level < now.by_level.size(); ++level)
    found[fmt::format("divergence_level_{}", level + 1)] = now.by_level[level];
  if (setup->bounds)
    found.merge(
        setup->bounds({start, now, round, shares ? &senders.budget_of(root).ratios : nullptr}));
  return found;
}

}  // namespace echelon::actors
