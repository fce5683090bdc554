#include "algorithms/coding/work_plan.hpp"

#include <algorithm>
#include <bit>

#include "algorithms/base/hash.hpp"
#include "algorithms/coding/uncoded.hpp"

namespace echelon::coding {
namespace {

std::size_t slot(index position) { return static_cast<std::size_t>(position); }

/// Plans that ask for the same work share an id, on every machine.
std::uint64_t content_hash(const work_plan& plan) {
  std::uint64_t hash = hash_bytes(std::as_bytes(std::span{plan.policy}));
  hash = hash_combine(hash, static_cast<std::uint64_t>(plan.parts));
  for (const auto& row : plan.work) {
    hash = hash_combine(hash, row.size());
    for (const coded_part& entry : row)
      hash = hash_combine(hash_combine(hash, static_cast<std::uint64_t>(entry.part)),
                          std::bit_cast<std::uint64_t>(entry.coefficient));
  }
  return hash;
}

/// The code by which a node adds up its children, where worker w of the tree holds the parts from
/// cuts[w] up to cuts[w + 1]: a child's share is that of all the workers below it.
gradient_code_ptr sum_of_children(const tree& topology, node_id parent,
                                  std::span<const index> cuts) {
  const index offset = cuts[slot(topology.workers_below(parent).front())];
  std::vector<index> shares{0};
  for (const node_id child : topology.children(parent))
    shares.push_back(cuts[slot(topology.workers_below(child).back()) + 1] - offset);
  return std::make_shared<uncoded>(std::move(shares));
}

}  // namespace

bool work_plan::exact() const {
  return root_code->exact() &&
         std::ranges::all_of(edge_codes, [](const auto& code) { return !code || code->exact(); });
}

result<work_plan> plan_flat(const tree& topology, const code_catalogue& known,
                            std::string_view policy, const value& settings, index parts,
                            index stragglers) {
  const index workers = topology.workers();
  const code_shape shape{.senders = workers, .parts = parts, .stragglers = stragglers};
  ECHELON_TRY(const gradient_code_ptr code, known.make(policy, settings, "coding", shape));

  work_plan plan;
  plan.policy = policy;
  plan.parts = parts;
  plan.root_code = code;
  for (index worker = 0; worker < workers; ++worker) {
    const auto row = code->work(worker);
    plan.work.emplace_back(row.begin(), row.end());
  }
  plan.edge_codes.resize(slot(topology.edges()));
  if (policy == uncoded::name && !topology.is_star()) {
    const auto cuts = even_cuts(parts, workers);
    plan.root_code = sum_of_children(topology, {role::coordinator, 0}, cuts);
    for (std::int32_t edge = 0; edge < topology.edges(); ++edge)
      plan.edge_codes[slot(edge)] = sum_of_children(topology, {role::edge, edge}, cuts);
  }
  plan.id = content_hash(plan);
  return plan;
}

}  // namespace echelon::coding
