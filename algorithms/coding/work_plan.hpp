#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "algorithms/base/tree.hpp"
#include "algorithms/coding/dynamic/beyond.hpp"
#include "algorithms/coding/gradient_code.hpp"

namespace echelon::coding {

/// What a plan is made from: a scenario's [coding], or a planner's answer. A small value that names
/// the same plan on every machine.
struct plan_choice {
  std::string policy = "uncoded";
  value settings = value_table{};  ///< the policy's own parameters
  index parts = 0;                 ///< K
  index stragglers = 0;            ///< of a flat code
  /// "hierarchical" alone: the code of each level, root first.
  std::vector<std::string> layers = {};
  std::vector<index> edge_stragglers = {0};    ///< s_e: one a level of edges, root first
  std::vector<index> worker_stragglers = {0};  ///< s_w: one for all lowest edges, or one for each
  /// Relative speeds of the workers, by which the parts of a node are dealt. Empty: all are equal.
  std::vector<double> worker_capacities = {};
  std::vector<index> idle_workers = {};  ///< get no work; ascending
  /// What happens when more are lost than a layer survives. Only workers can be asked for missing
  /// parts: where edges decode, "reissue" is theirs, and the layers above fail.
  beyond_tolerance beyond = beyond_tolerance::fail;

  bool operator==(const plan_choice&) const = default;
};

/// Who computes which parts with which coefficients, and who decodes what: everything a round needs
/// to know of coding, for a tree of any depth. Planners make these; a new one has a new id.
struct work_plan {
  std::uint64_t id = 0;  ///< of its content; see in_epoch
  std::string policy;
  /// The codes from the root down: one a layer, or the one that runs over all workers.
  std::vector<std::string> layers;
  index parts = 0;
  /// Per worker, parts ascending: products of the coefficients of all layers above it. May be
  /// empty.
  std::vector<std::vector<coded_part>> work;
  /// Per edge: the code over its children, or nullptr where it passes every message on unchanged.
  std::vector<gradient_code_ptr> edge_codes;
  /// Per edge, its code's parts in terms of all parts: which one, and with what coefficient it goes
  /// into the message to the parent. Empty where edges relay.
  std::vector<std::vector<coded_part>> edge_parts;
  /// Over the coordinator's children, or over all workers where the edges relay.
  gradient_code_ptr root_code;

  bool relayed() const { return !edge_codes.empty() && edge_codes.front() == nullptr; }
  /// Whether every decode gives the sum over all parts.
  bool exact() const;
  /// How much a decode at the coordinator can amplify the rounding of the workers' messages.
  double amplification_worst() const;
};

/// Epochs count the plans of one run: the same work in another epoch is another plan, of another
/// id, so that what belongs to a round that was begun anew is told from what belongs to its first
/// attempt. Later epochs have larger ids.
constexpr std::uint64_t epochs_max = (std::uint64_t{1} << 24) - 1;
constexpr std::uint64_t first_of_epoch(std::uint64_t epoch) { return epoch << 40; }
constexpr std::uint64_t epoch_of(std::uint64_t id) { return id / first_of_epoch(1); }
/// A plan as it was made is in epoch 0. *Precondition:* epoch <= epochs_max.
work_plan in_epoch(work_plan plan, std::uint64_t epoch);

/// The plan that was chosen. A flat code runs over the workers of a star; on a tree it runs over
/// all workers and the edges relay ("standard gradient coding" of the literature), but `uncoded`
/// sums at every edge. "hierarchical" has a code at every inner node of a tree. K = 0: a part for
/// each worker that gets work, or for hierarchical plans what makes loads whole.
/// Errors: what does not fit, with what would be right, under the keys of [coding].
result<work_plan> make_plan(const tree& topology, const code_catalogue& known,
                            const plan_choice& choice);

}  // namespace echelon::coding
