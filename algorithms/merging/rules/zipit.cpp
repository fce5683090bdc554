#include "algorithms/merging/rules/zipit.hpp"

#include <algorithm>

#include "algorithms/merging/matching/pair_correlations.hpp"
#include "algorithms/merging/rules/fusion.hpp"
#include "algorithms/merging/rules/merge_members.hpp"
#include "algorithms/merging/rules/task_checks.hpp"

namespace echelon::merging {
namespace {

/// One merge on its way, of at least two models.
class zip {
public:
  zip(const merge_task& task, const zip_options& options, double tie_break)
      : task_(task), options_(options), tie_break_(tie_break), members_(members_of(task)),
        models_(std::ssize(members_)),
        own_(std::ranges::find(members_, &task.own) - members_.begin()) {}

  result<std::vector<fused_part>> run() {
    ECHELON_CHECK(order_members());
    ECHELON_TRY(const auto sums, correlate());
    std::vector<std::vector<unit_mix>> mixes(members_.size());
    for (index c = 0; c < std::ssize(task_.spec.classes); ++c) {
      const std::vector<index> groups = groups_of(c, sums);
      for (index k = 0; k < models_; ++k)
        mixes[slot(k)].push_back(
            mixed_after(orders_[slot(k)][slot(c)], mix_of_groups(k, c, groups)));
    }
    return mixed_parts(mixes);
  }

private:
  /// Puts all units into the own order, so that of equals those of one number belong together.
  result<void> order_members() {
    for (const peer_model* member : members_) {
      network_match found{kept_orders(task_.spec), {}};
      if (member != &task_.own) {
        auto matched = match_activations(task_.network, task_.spec, task_.own.state, member->state,
                                         task_.calibration,
                                         {.tie_break = tie_break_, .math = task_.math});
        if (!matched)
          return fail(matched.error().code, "peer {} cannot be matched: {}", member->peer,
                      matched.error().detail);
        found = std::move(*matched);
      }
      ordered_.push_back(permute(task_.spec, member->state, found.orders));
      orders_.push_back(std::move(found.orders));
      matches_.push_back(std::move(found.classes));
    }
    return {};
  }

  /// Of all pairs of models, a model with itself among them, in the order of `pair_number`.
  result<std::vector<std::vector<correlation>>> correlate() const {
    std::vector<const block*> states;
    for (const block& state : ordered_)
      states.push_back(&state);
    std::vector<state_pair> pairs;
    for (index right = 0; right < models_; ++right)
      for (index left = 0; left <= right; ++left)
        pairs.emplace_back(left, right);
    return correlate_pairs(task_.network, task_.spec, states, pairs, task_.calibration, task_.math);
  }

  static std::size_t pair_number(index left, index right) {
    return slot(right * (right + 1) / 2 + left);
  }

  /// Every unit's group; by number where a class cannot be zipped.
  std::vector<index> groups_of(index number, const std::vector<std::vector<correlation>>& sums) {
    const permutation_class& of = task_.spec.classes[slot(number)];
    if (of.blocks > 1 || sums[0][slot(number)].values() == 0) {
      std::vector<index> groups;
      for (index unit = 0; unit < models_ * of.units; ++unit)
        groups.push_back(unit % of.units);
      return groups;
    }
    return zip_units(joint_likeness(number, of.units, sums), models_, own_, options_);
  }

  matrix joint_likeness(index number, index units,
                        const std::vector<std::vector<correlation>>& sums) const {
    matrix joint{models_ * units, models_ * units};
    for (index right = 0; right < models_; ++right)
      for (index left = 0; left <= right; ++left) {
        const correlation& pair = sums[pair_number(left, right)][slot(number)];
        const matrix alike = pair.alike(similarity::pearson);
        joint.block(left * units, right * units, units, units) = alike;
        joint.block(right * units, left * units, units, units) = alike.transpose();
      }
    const vector varies = joint.diagonal();  // 0 where a unit never does, else 1
    for (index right = 0; right < models_ * units; ++right)
      for (index left = right % units; left < right; left += units) {
        const bool constant = varies(left) == 0 && varies(right) == 0;
        const double same = (constant ? 1 : joint(left, right)) + tie_break_;
        joint(left, right) = joint(right, left) = same;
      }
    return joint;
  }

  /// Scaled so that the sum over the models, by their weights, is every group's weighted mean.
  unit_mix mix_of_groups(index model, index number, const std::vector<index>& groups) const {
    const index units = task_.spec.classes[slot(number)].units;
    std::vector<double> weights(slot(units), 0.0);
    for (index unit = 0; unit < models_ * units; ++unit)
      weights[slot(groups[slot(unit)])] += members_[slot(unit / units)]->weight;
    unit_mix mix{matrix::Zero(units, units), matrix::Zero(units, units)};
    for (index unit = 0; unit < units; ++unit) {
      const index group = groups[slot(model * units + unit)];
      mix.gather(group, unit) = 1 / weights[slot(group)];
      mix.spread(unit, group) = 1;
    }
    return mix;
  }

  std::vector<fused_part> mixed_parts(const std::vector<std::vector<unit_mix>>& mixes) {
    std::vector<fused_part> parts;
    for (std::size_t k = 0; k < members_.size(); ++k) {
      fused_part& part = parts.emplace_back(unmixed(*members_[k]));
      for (index c = 0; c < std::ssize(mixes[k]); ++c)
        part.state = mix_class(task_.spec, c, mixes[k][slot(c)], part.state);
      part.kept_share = kept_share(mixes[k]);
      part.classes = std::move(matches_[k]);
    }
    return parts;
  }

  const merge_task& task_;
  const zip_options& options_;
  double tie_break_;
  std::vector<const peer_model*> members_;  ///< in ascending order
  index models_;
  index own_;
  std::vector<unit_orders> orders_;
  std::vector<block> ordered_;
  std::vector<std::vector<class_match>> matches_;
};

}  // namespace

std::vector<parameter> zipit::declared() {
  return {
      {.name = "within",
       .kind = value_kind::number,
       .fallback = 0.125,
       .summary = "share of the units a model has too many of that it may join among its own",
       .least = 0,
       .most = 1},
      {.name = "again",
       .kind = value_kind::number,
       .fallback = 1.0,
       .summary = "factor on the likeness of what was joined before; 0: not with models it has "
                  "units of; below 1, three copies of a model need not merge into that model",
       .least = 0,
       .most = 1},
      tie_break_parameter(1e-6),
      bn_reset_parameter("cumulative"),
  };
}

result<zipit> zipit::make(const parameters& given) {
  return zipit{{.within = given.number("within"), .again = given.number("again")},
               given.number("tie_break"),
               read_bn_reset(given)};
}

result<merged_model> zipit::merge(const merge_task& task) const {
  ECHELON_CHECK(check_task(task));
  std::vector<fused_part> parts;
  if (const auto members = members_of(task); members.size() < 2 || task.spec.classes.empty()) {
    std::ranges::transform(members, std::back_inserter(parts),
                           [](const peer_model* member) { return unmixed(*member); });
  } else {
    ECHELON_TRY(parts, (zip{task, zipping_, tie_break_}.run()));
  }
  return fuse(task, parts, reset_after_);
}

}  // namespace echelon::merging
