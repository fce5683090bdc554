#include "algorithms/merging/rules/alignment.hpp"

#include <algorithm>

#include "algorithms/merging/matching/many_models.hpp"
#include "algorithms/merging/matching/synchronisation.hpp"
#include "algorithms/merging/matching/weight_matching.hpp"
#include "algorithms/merging/permutations/weighted_sum.hpp"
#include "algorithms/merging/rules/merge_members.hpp"
#include "algorithms/merging/rules/repair.hpp"
#include "algorithms/merging/rules/task_checks.hpp"

namespace echelon::merging {
namespace {

/// One merge on its way.
class alignment {
public:
  alignment(const merge_task& task, const alignment_options& options)
      : task_(task), options_(options), members_(members_of(task)) {
    options_.matching.math = task.math;
    reference_ = find_reference();
  }

  result<merged_model> run() {
    ECHELON_CHECK(order_members());
    const std::vector<weighted_state> parents = weighted_members();
    merged_model merged{.state = weighted_sum(task_.spec, parents),
                        .own_orders = orders_[slot(own())],
                        .report = {}};
    ECHELON_TRY(merged.state, options_.repair
                                  ? repaired(task_.network, task_.spec, merged.state, parents,
                                             task_.calibration, task_.math, task_.seed, task_.round)
                                  : reset(merged.state, options_.reset_after));
    merged.report = report(merged.state);
    return merged;
  }

private:
  const peer_model& reference() const { return *members_[slot(reference_)]; }
  index own() const { return std::ranges::find(members_, &task_.own) - members_.begin(); }

  index find_reference() const {
    const bool lowest = options_.reference == reference_choice::lowest_id ||
                        (options_.reference == reference_choice::root && members_[0]->peer == 0);
    return lowest ? 0 : own();
  }

  result<block> reset(const block& state, statistics_reset how) const {
    return reset_statistics(task_.network, state, task_.calibration, how, task_.seed, task_.round);
  }

  result<void> order_members() {
    orders_.assign(members_.size(), kept_orders(task_.spec));
    matches_.resize(members_.size());
    if (!options_.match || members_.size() < 2 || task_.spec.classes.empty())
      return {};
    switch (options_.combine) {
      case combination::merge_many: return order_many();
      case combination::cycle_consistent: return order_in_cycles();
      default: return order_by_reference();
    }
  }

  /// In a star, or one after another.
  result<void> order_by_reference() {
    ECHELON_TRY(block target, reset(reference().state, options_.reset_before));
    double weight = reference().weight;
    for (index k = 0; k < std::ssize(members_); ++k) {
      if (k == reference_)
        continue;
      const peer_model& member = *members_[slot(k)];
      ECHELON_TRY(const block ready, reset(member.state, options_.reset_before));
      ECHELON_TRY(network_match found, match(target, ready, member.peer));
      orders_[slot(k)] = std::move(found.orders);
      matches_[slot(k)] = std::move(found.classes);
      if (options_.combine != combination::sequential)
        continue;
      const unit_orders kept = kept_orders(task_.spec);
      weight += member.weight;
      target = weighted_sum(task_.spec,
                            {{1 - member.weight / weight, &target, &kept},
                             {member.weight / weight, &member.state, &orders_[slot(k)]}});
      ECHELON_TRY(target, reset(target, options_.reset_before));
    }
    return {};
  }

  result<void> order_in_cycles() {
    std::vector<block> ready;
    for (const peer_model* member : members_) {
      ECHELON_TRY(block state, reset(member->state, options_.reset_before));
      ready.push_back(std::move(state));
    }
    std::vector<matched_pair> pairs;
    for (index right = 0; right < std::ssize(ready); ++right)
      for (index left = 0; left < right; ++left) {
        ECHELON_TRY(network_match found,
                    match(ready[slot(left)], ready[slot(right)], members_[slot(right)]->peer));
        pairs.push_back({left, right, std::move(found.orders)});
      }
    ECHELON_TRY(orders_, synchronised(task_.spec, std::ssize(ready), pairs));
    return keep_reference();
  }

  result<void> order_many() {
    std::vector<block> states;
    for (const peer_model* member : members_)
      states.push_back(member->state);
    random_stream random{task_.seed, "many models", task_.round};
    ECHELON_TRY(orders_, match_many(task_.spec, states, random, task_.math));
    return keep_reference();
  }

  /// Orders in common are so up to one permutation of all: here that which leaves the reference as
  /// it is.
  result<void> keep_reference() {
    const unit_orders back = inverse(orders_[slot(reference_)]);
    for (unit_orders& orders : orders_)
      orders = composed(orders, back);
    return {};
  }

  result<network_match> match(const block& target, const block& state, index peer) const {
    if (options_.by_weights) {
      random_stream random{task_.seed, "weight matching", task_.round};
      ECHELON_TRY(unit_orders orders, match_weights(task_.spec, target, state,
                                                    kept_orders(task_.spec), random, task_.math));
      return network_match{std::move(orders), {}};
    }
    auto found = match_activations(task_.network, task_.spec, target, state, task_.calibration,
                                   options_.matching);
    if (!found)
      return fail(found.error().code, "peer {} cannot be matched: {}", peer, found.error().detail);
    return found;
  }

  std::vector<weighted_state> weighted_members() const {
    std::vector<weighted_state> parts;
    for (std::size_t k = 0; k < members_.size(); ++k)
      parts.push_back({members_[k]->weight, &members_[k]->state, &orders_[k]});
    return parts;
  }

  merge_report report(const block& merged) const {
    merge_report made{.reference = reference().peer, .peers = {}, .calibration_loss = {}};
    const unit_orders kept = kept_orders(task_.spec);
    for (std::size_t k = 0; k < members_.size(); ++k)
      made.peers.push_back(
          {.peer = members_[k]->peer,
           .kept_share = kept_share(orders_[k]),
           .distance_before = distance(task_.spec, reference().state, members_[k]->state, kept),
           .distance_after = distance(task_.spec, reference().state, members_[k]->state,
                                      orders_[k]),
           .classes = matches_[k]});
    made.calibration_loss = calibration_loss(task_, merged);
    return made;
  }

  const merge_task& task_;
  alignment_options options_;
  std::vector<const peer_model*> members_;  ///< in ascending order
  index reference_ = 0;
  std::vector<unit_orders> orders_;
  std::vector<std::vector<class_match>> matches_;
};

}  // namespace

result<merged_model> merge_aligned(const merge_task& task, const alignment_options& options) {
  ECHELON_CHECK(check_task(task));
  return alignment{task, options}.run();
}

result<merged_model> adopt_order(const merge_task& task, const match_options& options) {
  expects(task.others.size() == 1);
  ECHELON_CHECK(check_task(task));
  match_options matching = options;
  matching.math = task.math;
  const peer_model& parent = task.others[0];
  ECHELON_TRY(network_match found, match_activations(task.network, task.spec, parent.state,
                                                     task.own.state, task.calibration, matching));
  const unit_orders kept = kept_orders(task.spec);
  merged_model adopted{.state = permute(task.spec, task.own.state, found.orders),
                       .own_orders = std::move(found.orders),
                       .report = {}};
  adopted.report.reference = parent.peer;
  adopted.report.peers.push_back(
      {.peer = task.own.peer,
       .kept_share = kept_share(adopted.own_orders),
       .distance_before = distance(task.spec, parent.state, task.own.state, kept),
       .distance_after = distance(task.spec, parent.state, adopted.state, kept),
       .classes = std::move(found.classes)});
  return adopted;
}

}  // namespace echelon::merging
