#include "algorithms/merging/rules/ot_fusion.hpp"

#include <algorithm>

#include "algorithms/merging/matching/pair_correlations.hpp"
#include "algorithms/merging/matching/transport.hpp"
#include "algorithms/merging/matching/weight_matching.hpp"
#include "algorithms/merging/rules/fusion.hpp"
#include "algorithms/merging/rules/merge_members.hpp"
#include "algorithms/merging/rules/task_checks.hpp"

namespace echelon::merging {
namespace {

/// The same specification with only those places of a class that lead to its units from units of
/// earlier classes, or from none.
permutation_spec leading_to_units(permutation_spec spec) {
  for (index c = 0; c < std::ssize(spec.classes); ++c)
    std::erase_if(spec.classes[slot(c)].uses, [&](const permutation_class::use& use) {
      const auto& axes = spec.tensors[slot(use.tensor)].axes;
      return use.axis > 0 ||
             (axes.size() > 1 &&
              std::ranges::any_of(axes[1], [c](const segment& part) { return part.number >= c; }));
    });
  return spec;
}

result<unit_mix> plan(const permutation_class& of, const matrix& profit, double softness) {
  const double most = profit.cwiseAbs().maxCoeff();
  if (softness == 0 || of.blocks > 1 || most == 0) {
    ECHELON_TRY(const class_order exact, order_class(of, profit));
    return mix_of(exact.order);
  }
  ECHELON_TRY(matrix soft, soft_assignment(profit, softness * most));
  return unit_mix{soft, soft.transpose()};
}

class_match summarise(const unit_mix& mix, const matrix& alike, const correlation& sums) {
  return {.likeness = mix.gather.cwiseProduct(alike).sum() / static_cast<double>(alike.rows()),
          .kept_likeness = alike.diagonal().mean(),
          .dead_units = sums.dead_units()};
}

/// One neighbour on its way to the own units.
struct carrying {
  const merge_task& task;
  const permutation_spec& leading;
  double softness;

  result<fused_part> by_weights(const peer_model& from) const {
    fused_part part = unmixed(from);
    std::vector<unit_mix> mixes;
    const unit_orders kept = kept_orders(task.spec);
    for (index c = 0; c < std::ssize(task.spec.classes); ++c) {
      const matrix products = weight_products(leading, c, task.own.state, part.state, kept,
                                              task.math);
      ECHELON_TRY(unit_mix mix, plan(task.spec.classes[slot(c)], products, softness));
      part.state = mix_class(task.spec, c, mix, part.state);
      mixes.push_back(std::move(mix));
    }
    part.kept_share = kept_share(mixes);
    return part;
  }

  result<fused_part> by_activations(const peer_model& from, similarity kind) const {
    fused_part part = unmixed(from);
    std::vector<unit_mix> mixes;
    const block* const states[] = {&task.own.state, &from.state};
    const state_pair both[] = {{0, 1}};
    ECHELON_TRY(const auto sums, correlate_pairs(task.network, task.spec, states, both,
                                                 task.calibration, task.math));
    for (index c = 0; c < std::ssize(task.spec.classes); ++c) {
      const correlation& of_class = sums[0][slot(c)];
      if (of_class.values() == 0)
        continue;
      const matrix alike = of_class.alike(kind);
      ECHELON_TRY(unit_mix mix, plan(task.spec.classes[slot(c)], alike, softness));
      part.state = mix_class(task.spec, c, mix, part.state);
      part.classes.push_back(summarise(mix, alike, of_class));
      mixes.push_back(std::move(mix));
    }
    part.kept_share = kept_share(mixes);
    return part;
  }
};

}  // namespace

std::vector<parameter> ot_fusion::declared() {
  return {
      {.name = "similarity",
       .kind = value_kind::text,
       .fallback = "weights",
       .summary = "what units are compared by: the weights that lead to them, which takes no "
                  "calibration data, or what they put out, as dimat has it",
       .choices = {"weights", "pearson", "cosine", "inner"}},
      {.name = "softness",
       .kind = value_kind::number,
       .fallback = 0.0,
       .summary = "weight of the plan's entropy, as a share of the largest likeness; 0: the exact "
                  "plan, a permutation",
       .least = 0,
       .most = 1},
      bn_reset_parameter("cumulative"),
  };
}

result<ot_fusion> ot_fusion::make(const parameters& given) {
  return ot_fusion{given.text("similarity") == "weights", read_similarity(given),
                   given.number("softness"), read_bn_reset(given)};
}

result<merged_model> ot_fusion::merge(const merge_task& task) const {
  ECHELON_CHECK(check_task(task));
  const permutation_spec leading = leading_to_units(task.spec);
  const carrying carry{task, leading, softness_};
  std::vector<fused_part> parts;
  for (const peer_model* member : members_of(task)) {
    if (member == &task.own || task.spec.classes.empty()) {
      parts.push_back(unmixed(*member));
      continue;
    }
    auto part = by_weights_ ? carry.by_weights(*member) : carry.by_activations(*member, kind_);
    if (!part)
      return fail(part.error().code, "peer {} cannot be matched: {}", member->peer,
                  part.error().detail);
    parts.push_back(std::move(*part));
  }
  return fuse(task, parts, reset_after_);
}

}  // namespace echelon::merging
