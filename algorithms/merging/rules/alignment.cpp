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

/// What the steps of a merge go by.
class alignment {
public:
  alignment(const merge_task& task, const alignment_options& options)
      : task_(task), options_(options) {
    options_.matching.math = task.math;
  }

  result<block> reset(const block& state, statistics_reset how) const {
    return reset_statistics(task_.network, state, task_.calibration, how, task_.seed, task_.round);
  }

  result<block> ready_to_match(const block& state) const {
    return reset(state, options_.reset_before);
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

  /// Which of the peers merged gives the order, `first` being the lowest of them.
  const peer_model& reference(const peer_model& first) const {
    const bool lowest = options_.reference == reference_choice::lowest_id ||
                        (options_.reference == reference_choice::root && first.peer == 0);
    return lowest ? first : task_.own;
  }

  bool matches() const { return options_.match && !task_.spec.classes.empty(); }
  const merge_task& task() const { return task_; }
  const alignment_options& options() const { return options_; }

private:
  const merge_task& task_;
  alignment_options options_;
};

/// The orders of all members in common, where those are found for all at once.
class common_orders {
public:
  common_orders(const alignment& by, std::span<const peer_model* const> members)
      : by_(by), members_(members) {}

  result<std::vector<unit_orders>> find() const {
    ECHELON_TRY(std::vector<unit_orders> orders,
                by_.options().combine == combination::merge_many ? of_many() : of_cycles());
    // They are so up to one permutation of all: here that which leaves the reference as it is.
    const auto reference = std::ranges::find(members_, &by_.reference(*members_[0]));
    const unit_orders back = inverse(orders[slot(reference - members_.begin())]);
    for (unit_orders& one : orders)
      one = composed(one, back);
    return orders;
  }

private:
  result<std::vector<unit_orders>> of_cycles() const {
    std::vector<block> ready;
    for (const peer_model* member : members_) {
      ECHELON_TRY(block state, by_.ready_to_match(member->state));
      ready.push_back(std::move(state));
    }
    std::vector<matched_pair> pairs;
    for (index right = 0; right < std::ssize(ready); ++right)
      for (index left = 0; left < right; ++left) {
        ECHELON_TRY(network_match found,
                    by_.match(ready[slot(left)], ready[slot(right)], members_[slot(right)]->peer));
        pairs.push_back({left, right, std::move(found.orders)});
      }
    return synchronised(by_.task().spec, std::ssize(ready), pairs);
  }

  result<std::vector<unit_orders>> of_many() const {
    std::vector<block> states;
    for (const peer_model* member : members_)
      states.push_back(member->state);
    random_stream random{by_.task().seed, "many models", by_.task().round};
    return match_many(by_.task().spec, states, random, by_.task().math);
  }

  const alignment& by_;
  std::span<const peer_model* const> members_;
};

/// Takes models in ascending order of peers, matches each where its order is not known, adds it up.
class aligned_sum {
public:
  explicit aligned_sum(const alignment& by) : by_(by), sum_(by.task().spec) {}

  result<void> take(const peer_model& member) {
    const peer_model& against = reference(member);
    if (!by_.matches() || member.peer == against.peer) {
      add(member, {kept_orders(by_.task().spec), {}});
      return {};
    }
    if (target_.empty()) {
      ECHELON_TRY(target_, by_.ready_to_match(against.state));
    }
    ECHELON_TRY(const block ready, by_.ready_to_match(member.state));
    ECHELON_TRY(network_match found, by_.match(target_, ready, member.peer));
    ECHELON_CHECK(follow(member, found.orders));
    add(member, std::move(found));
    return {};
  }

  /// The next one, whose order is known.
  void add(const peer_model& member, network_match found) {
    const block& against = reference(member).state;
    const permutation_spec& spec = by_.task().spec;
    sum_.add({member.weight, &member.state, &found.orders});
    report_.peers.push_back(
        {.peer = member.peer,
         .kept_share = kept_share(found.orders),
         .distance_before = distance(spec, against, member.state, kept_orders(spec)),
         .distance_after = distance(spec, against, member.state, found.orders),
         .classes = std::move(found.classes)});
    orders_.push_back(std::move(found.orders));
    if (member.peer == by_.task().own.peer)
      own_ = orders_.back();
  }

  /// Weights as they are after all: the own one, and what the others' are multiplied by.
  void weigh_again(double own, double others) {
    const peer_model& self = by_.task().own;
    if (others != 1)
      sum_.scale(others);
    if (const double more = own - others * self.weight; more != 0)
      sum_.add({more, &self.state, &own_});
  }

  /// Ends here.
  merged_model total() {
    merged_model merged{.state = sum_.take(by_.task().own.state.kind()),
                        .own_orders = std::move(own_),
                        .report = std::move(report_)};
    merged.report.reference = reference_->peer;
    target_ = {};
    return merged;
  }

  /// Of those taken, in their order.
  const std::vector<unit_orders>& orders() const { return orders_; }

private:
  /// Decided by the first one.
  const peer_model& reference(const peer_model& member) {
    if (!reference_) {
      reference_ = by_.reference(member);
      weight_ = reference_->weight;
    }
    return *reference_;
  }

  /// The next one is matched with the mean of all so far.
  result<void> follow(const peer_model& member, const unit_orders& orders) {
    if (by_.options().combine != combination::sequential)
      return {};
    const unit_orders kept = kept_orders(by_.task().spec);
    weight_ += member.weight;
    const double share = member.weight / weight_;
    target_ = weighted_sum(by_.task().spec,
                           {{1 - share, &target_, &kept}, {share, &member.state, &orders}});
    ECHELON_TRY(target_, by_.ready_to_match(target_));
    return {};
  }

  const alignment& by_;
  running_sum sum_;
  std::optional<peer_model> reference_;
  double weight_ = 0;  ///< of all in the target
  block target_;
  std::vector<unit_orders> orders_;
  unit_orders own_;
  merge_report report_;
};

class aligned_in_turn final : public merge_in_turn {
public:
  aligned_in_turn(merge_task task, const alignment_options& options)
      : task_(std::move(task)), by_(task_, options), sum_(by_) {}

  result<void> add(peer_model other) override {
    expects(other.peer != task_.own.peer && other.peer > last_);
    last_ = other.peer;
    ECHELON_CHECK(check_model(task_, other));
    weights_ += other.weight;
    if (!(other.weight > 0))
      return {};
    if (other.peer > task_.own.peer)
      ECHELON_CHECK(take_own());
    return sum_.take(other);
  }

  result<merged_model> finish(double own, double others) override {
    ECHELON_CHECK(check_weights(task_, own + others * weights_));
    ECHELON_CHECK(take_own());
    sum_.weigh_again(own, others);
    merged_model merged = sum_.total();
    ECHELON_TRY(merged.state, by_.reset(merged.state, by_.options().reset_after));
    merged.report.calibration_loss = calibration_loss(task_, merged.state);
    return merged;
  }

private:
  result<void> take_own() {
    if (std::exchange(has_own_, true))
      return {};
    ECHELON_CHECK(check_model(task_, task_.own));
    return sum_.take(task_.own);
  }

  const merge_task task_;
  const alignment by_;
  aligned_sum sum_;
  bool has_own_ = false;
  index last_ = -1;
  double weights_ = 0;  ///< of the others
};

bool orders_all_at_once(const alignment_options& options) {
  return options.match && (options.combine == combination::cycle_consistent ||
                           options.combine == combination::merge_many);
}

/// All in the order that was found for all at once, where it was.
result<void> take_all(const alignment& by, std::span<const peer_model* const> members,
                      aligned_sum& sum) {
  if (!orders_all_at_once(by.options()) || !by.matches() || members.size() < 2) {
    for (const peer_model* member : members)
      ECHELON_CHECK(sum.take(*member));
    return {};
  }
  ECHELON_TRY(std::vector<unit_orders> orders, common_orders(by, members).find());
  for (std::size_t k = 0; k < members.size(); ++k)
    sum.add(*members[k], {std::move(orders[k]), {}});
  return {};
}

}  // namespace

result<merged_model> merge_aligned(const merge_task& task, const alignment_options& options) {
  ECHELON_CHECK(check_task(task));
  const alignment by{task, options};
  const std::vector<const peer_model*> members = members_of(task);
  aligned_sum sum{by};
  ECHELON_CHECK(take_all(by, members, sum));
  merged_model merged = sum.total();
  if (options.repair) {
    std::vector<weighted_state> parents;
    for (std::size_t k = 0; k < members.size(); ++k)
      parents.push_back({members[k]->weight, &members[k]->state, &sum.orders()[k]});
    ECHELON_TRY(merged.state, repaired(task.network, task.spec, merged.state, parents,
                                       task.calibration, task.math, task.seed, task.round));
  } else {
    ECHELON_TRY(merged.state, by.reset(merged.state, options.reset_after));
  }
  merged.report.calibration_loss = calibration_loss(task, merged.state);
  return merged;
}

result<merged_model> aligned_rule::merge(const merge_task& task) const {
  return merge_aligned(task, options_);
}

std::unique_ptr<merge_in_turn> aligned_rule::begin(merge_task task) const {
  if (options_.repair || orders_all_at_once(options_))
    return merge_rule::begin(std::move(task));
  return std::make_unique<aligned_in_turn>(std::move(task), options_);
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
