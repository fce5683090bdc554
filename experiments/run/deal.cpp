#include "experiments/run/deal.hpp"

#include <algorithm>

namespace echelon::experiments {
namespace {

/// Round robin keeps the label mix of a node in each of its parts.
result<learning::partition> split_nodes(const learning::partition& nodes,
                                        const coding::work_plan& plan) {
  learning::partition parts(slot(plan.parts));
  for (std::size_t worker = 0; worker < nodes.size(); ++worker) {
    const auto& own = plan.work[worker];
    if (nodes[worker].size() < own.size())
      return fail(errc::bad_input,
                  "worker/{} is dealt {} samples for {} parts; a part needs at least one", worker,
                  nodes[worker].size(), own.size());
    for (std::size_t i = 0; i < nodes[worker].size(); ++i)
      parts[slot(own[i % own.size()].part)].push_back(nodes[worker][i]);
  }
  return parts;
}

}  // namespace

bool replicates(const coding::work_plan& plan) {
  // Parts that are reported one by one may be asked of others, too.
  const auto streams = [](const auto& code) { return code && code->streams(); };
  if (streams(plan.root_code) || std::ranges::any_of(plan.edge_codes, streams))
    return true;
  std::vector<bool> held(slot(plan.parts));
  for (const auto& own : plan.work)
    for (const coding::coded_part& entry : own) {
      if (held[slot(entry.part)] || entry.coefficient != 1)
        return true;
      held[slot(entry.part)] = true;
    }
  return false;
}

result<learning::partition> deal(const actors::training_setup& setup, const scenario& built,
                                 const learning::partitioner& how) {
  const coding::work_plan& plan = setup.plan;
  if (!setup.gradients)
    return learning::partition(slot(plan.parts));
  const learning::dataset& train = *setup.data.train;
  if (train.count < plan.parts)
    return std::unexpected(built.located(
        fail(errc::bad_input,
             "coding.parts: {} parts for {} training samples; a part needs at least one",
             plan.parts, train.count)
            .error(),
        "coding"));
  const index nodes = std::ssize(plan.work);
  const bool to_nodes = !replicates(plan) && plan.parts > nodes;
  auto dealt = how.deal(train, to_nodes ? nodes : plan.parts,
                        random_stream{setup.data_seed, "data.partition"});
  if (dealt && to_nodes)
    dealt = split_nodes(*dealt, plan);
  if (!dealt)
    return std::unexpected(built.located(dealt.error(), "data.partition"));
  return dealt;
}

}  // namespace echelon::experiments
