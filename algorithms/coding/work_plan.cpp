#include "algorithms/coding/work_plan.hpp"

#include <algorithm>
#include <bit>

#include "algorithms/base/contract.hpp"
#include "algorithms/base/hash.hpp"
#include "algorithms/coding/hierarchy/layered_plan.hpp"
#include "algorithms/coding/hierarchy/selected_senders.hpp"
#include "algorithms/coding/uncoded.hpp"

namespace echelon::coding {
namespace {

void add(std::uint64_t& hash, const std::string& name) {
  hash = hash_combine(hash, hash_bytes(std::as_bytes(std::span{name})));
}

void add(std::uint64_t& hash, std::span<const coded_part> row) {
  hash = hash_combine(hash, row.size());
  for (const coded_part& entry : row) {
    hash = hash_combine(hash_combine(hash, static_cast<std::uint64_t>(entry.part)),
                        std::bit_cast<std::uint64_t>(entry.coefficient));
    for (const double factor : entry.mix)
      hash = hash_combine(hash, std::bit_cast<std::uint64_t>(factor));
  }
}

/// Plans that ask for the same work share an id, on every machine.
std::uint64_t content_hash(const work_plan& plan) {
  std::uint64_t hash = hash_combine(0, static_cast<std::uint64_t>(plan.parts));
  add(hash, plan.policy);
  for (const std::string& layer : plan.layers)
    add(hash, layer);
  for (const auto& row : plan.work)
    add(hash, row);
  return hash;
}

/// Whether capacities and idle workers are those of the tree; a planner chose them.
bool workers_known(const tree& topology, const plan_choice& choice) {
  const auto& speeds = choice.worker_capacities;
  const auto& idle = choice.idle_workers;
  return (speeds.empty() || std::ssize(speeds) == topology.workers()) &&
         std::ranges::all_of(speeds, [](double speed) { return speed > 0; }) &&
         std::ssize(idle) < topology.workers() && std::ranges::is_sorted(idle) &&
         (idle.empty() || (idle.front() >= 0 && idle.back() < topology.workers()));
}

bool all_zero(const std::vector<index>& numbers) {
  return std::ranges::all_of(numbers, [](index number) { return number == 0; });
}

/// A hierarchy's keys say nothing to a flat code.
result<void> check_flat(const plan_choice& choice) {
  for (const auto& [key, numbers] : {std::pair{"edge_stragglers", &choice.edge_stragglers},
                                     std::pair{"worker_stragglers", &choice.worker_stragglers}})
    if (!all_zero(*numbers))
      return fail(errc::bad_input,
                  "coding.{}: has no effect with coding.policy = \"{}\"; it must be 0, or the "
                  "policy \"{}\"",
                  key, choice.policy, hierarchical::name);
  if (!choice.layers.empty())
    return fail(errc::bad_input,
                "coding.layers: has no effect with coding.policy = \"{}\"; it must be left out, or "
                "the policy \"{}\"",
                choice.policy, hierarchical::name);
  return {};
}

result<void> check_hierarchical(const tree& topology, const plan_choice& choice) {
  if (topology.is_star())
    return fail(
        errc::bad_input,
        "coding.policy: \"{}\" needs edges and a star has none; it must be \"polynomial\" or "
        "\"fractional-repetition\", or topology.edges be given",
        choice.policy);
  if (choice.stragglers != 0)
    return fail(
        errc::bad_input,
        "coding.stragglers: {} has no effect with coding.policy = \"{}\"; it must be 0, and "
        "edge_stragglers and worker_stragglers say how many",
        choice.stragglers, choice.policy);
  return {};
}

/// One code over all workers that are not to idle.
result<work_plan> plan_over_workers(const tree& topology, const code_catalogue& known,
                                    const plan_choice& choice) {
  std::vector<index> busy;
  code_shape shape{.stragglers = choice.stragglers};
  for (index worker = 0; worker < topology.workers(); ++worker)
    if (!std::ranges::binary_search(choice.idle_workers, worker)) {
      busy.push_back(worker);
      if (!choice.worker_capacities.empty())
        shape.capacities.push_back(choice.worker_capacities[slot(worker)]);
    }
  shape.senders = std::ssize(busy);
  shape.parts = choice.parts > 0 ? choice.parts : shape.senders;

  work_plan plan;
  plan.layers = {choice.policy};
  plan.parts = shape.parts;
  ECHELON_TRY(plan.root_code, known.make(choice.policy, choice.settings, "coding", shape));
  if (shape.senders < topology.workers())
    plan.root_code = std::make_shared<selected_senders>(plan.root_code, std::move(busy),
                                                        topology.workers());
  for (index worker = 0; worker < topology.workers(); ++worker) {
    const auto row = plan.root_code->work(worker);
    plan.work.emplace_back(row.begin(), row.end());
  }
  plan.edge_codes.resize(slot(topology.edges()));
  plan.edge_parts.resize(slot(topology.edges()));
  return plan;
}

/// Lets rounds go on beyond the tolerance of their codes.
result<void> rescue(work_plan& plan, const tree& topology, beyond_tolerance how) {
  if (how == beyond_tolerance::fail)
    return {};
  const auto mendable = [&](node_id node) {
    return how == beyond_tolerance::least_squares || plan.relayed() ||
           topology.children(node).front().kind == role::worker;
  };
  for (std::size_t edge = 0; edge < plan.edge_codes.size(); ++edge) {
    auto& code = plan.edge_codes[edge];
    if (code && mendable({role::edge, static_cast<std::int32_t>(edge)})) {
      ECHELON_TRY(code, go_beyond(code, how));
    }
  }
  if (mendable({role::coordinator, 0})) {
    ECHELON_TRY(plan.root_code, go_beyond(plan.root_code, how));
  }
  return {};
}

}  // namespace

bool work_plan::exact() const {
  return root_code->exact() &&
         std::ranges::all_of(edge_codes, [](const auto& code) { return !code || code->exact(); });
}

double work_plan::amplification_worst() const {
  double edges = 1;
  for (const auto& code : edge_codes)
    edges = std::max(edges, code ? code->amplification_worst() : 1);
  return edges * root_code->amplification_worst();
}

work_plan in_epoch(work_plan plan, std::uint64_t epoch) {
  expects(epoch <= epochs_max);
  plan.id = first_of_epoch(epoch) + plan.id % first_of_epoch(1);
  return plan;
}

result<work_plan> make_plan(const tree& topology, const code_catalogue& known,
                            const plan_choice& choice) {
  const bool layered = choice.policy == hierarchical::name;
  ECHELON_CHECK(layered ? check_hierarchical(topology, choice) : check_flat(choice));
  expects(workers_known(topology, choice));
  ECHELON_TRY(work_plan plan, layered ? plan_layers(topology, known, choice)
                                      : plan_over_workers(topology, known, choice));
  if (plan.root_code->updates() && !topology.is_star())
    return fail(errc::bad_input,
                "coding.policy: \"{}\" has no rounds that edges could take part in; it must be "
                "another one, or topology.kind = \"star\"",
                choice.policy);
  // Plain sums need no worker's message at the root.
  if (choice.policy == uncoded::name && !topology.is_star()) {
    plan_choice sums{.policy = choice.policy,
                     .parts = plan.parts,
                     .layers = std::vector<std::string>(slot(topology.depth()), choice.policy),
                     .worker_capacities = choice.worker_capacities,
                     .idle_workers = choice.idle_workers};
    ECHELON_TRY(plan, plan_layers(topology, known, sums));
  }
  ECHELON_CHECK(rescue(plan, topology, choice.beyond));
  plan.policy = choice.policy;
  plan.id = content_hash(plan) % first_of_epoch(1);
  return plan;
}

}  // namespace echelon::coding
