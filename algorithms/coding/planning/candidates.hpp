#pragma once

#include <optional>
#include <string>
#include <vector>

#include "algorithms/base/result.hpp"
#include "algorithms/coding/planning/scheme.hpp"
#include "algorithms/coding/work_plan.hpp"

namespace echelon::coding::planning {

/// The kinds of layer whose law is known.
enum class layer_kind : unsigned char { uncoded, polynomial, repetition };

/// As `coding.layers` names them.
std::string_view to_string(layer_kind kind);
/// nullopt: of another kind. Catalogue names count as well.
std::optional<layer_kind> layer_kind_of(std::string_view name);

/// A way to share out the work, and what its rounds depend on.
struct candidate {
  std::string name;
  plan_choice choice;
  scheme how;

  double load_parts() const;  ///< of the busiest worker
};

/// Codes of the layers and their tolerances; on a star the one of workers alone counts.
struct layer_pair {
  layer_kind edges = layer_kind::uncoded;
  layer_kind workers = layer_kind::uncoded;
  index edge_stragglers = 0;
  index worker_stragglers = 0;
};

/// Those who get work, by edge; a star is one edge.
using kept_workers = std::vector<std::vector<index>>;

/// Makes candidates for one cluster. Loads are those that `hierarchical` deals out.
class candidate_maker {
public:
  /// `known` must outlive it. Errors: a tree that is no star and not two levels of links deep.
  static result<candidate_maker> make(const planned_cluster& known, index parts);

  kept_workers everyone() const { return workers_; }
  /// The fastest workers of the fastest edges, by typical times: every number of edges and of
  /// workers an edge (about a dozen of each where there are more), everyone apart.
  std::vector<kept_workers> fastest() const;
  /// nullopt: the tolerances or the parts do not fit.
  std::optional<candidate> with(const kept_workers& kept, const layer_pair& layers) const;
  /// Every pair of layers and tolerances on these workers but uncoded ones.
  std::vector<candidate> coded(const kept_workers& kept) const;

private:
  candidate_maker(const planned_cluster& known, index parts) : known_(known), parts_(parts) {}
  bool star() const { return known_.topology.is_star(); }
  /// An edge, or a star, deals so many parts to its workers.
  bool deal(scheme& how, layer& rule, std::span<const index> workers, index parts,
            const layer_pair& layers) const;
  plan_choice choice(const kept_workers& kept, const layer_pair& layers) const;
  std::string name(const kept_workers& kept, const layer_pair& layers) const;
  std::vector<index> by_speed(std::span<const index> workers) const;

  const planned_cluster& known_;
  index parts_;
  kept_workers workers_;
};

}  // namespace echelon::coding::planning
