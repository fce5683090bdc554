#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "algorithms/learning/layer_graph.hpp"
#include "experiments/testkit/laws.hpp"

namespace echelon::testkit {
namespace {

using namespace merging;

/// A small network, samples to calibrate on, and peers 0, 1 and 2, of whom 1 merges.
class neighbourhood {
public:
  neighbourhood() {
    random_stream random{3, "testkit.merge"};
    data_.shape = {1, 1, 6};
    data_.count = 120;
    data_.classes = 3;
    for (index row = 0; row < data_.count; ++row) {
      data_.labels.push_back(static_cast<std::int32_t>(row % data_.classes));
      for (index feature = 0; feature < 6; ++feature)
        data_.features.push_back(static_cast<float>(random.normal()));
    }
    rows_.resize(slot(data_.count));
    std::iota(rows_.begin(), rows_.end(), index{0});
    network_ = *learning::models().make("mlp", value_table{{"hidden", value_list{8}}}, "model",
                                        {.input = data_.shape,
                                         .classes = data_.classes,
                                         .kind = precision::double_,
                                         .math = learning::math_mode::portable});
    spec_.emplace(*derive_permutations(*network_->graph()));
  }

  block model(std::uint64_t seed) const { return network_->initial_state(seed); }
  merge_task task(const block& own, const block& left, const block& right) const {
    return {.network = *network_,
            .spec = *spec_,
            .own = {1, 0.5, own, spec_->hash},
            .others = {{0, 0.2, left, spec_->hash}, {2, 0.3, right, spec_->hash}},
            .peers = 5,
            .calibration = {&data_, rows_},
            .seed = 4,
            .round = 1,
            .math = learning::math_mode::portable};
  }

private:
  learning::dataset data_;
  std::vector<index> rows_;
  learning::model_ptr network_;
  std::optional<permutation_spec> spec_;
};

double apart(const block& a, const block& b) {
  if (a.size() != b.size() || a.kind() != b.kind())
    return std::numeric_limits<double>::infinity();
  double most = 0;
  for (std::size_t i = 0; i < a.as<double>().size(); ++i)
    most = std::max(most, std::abs(a.as<double>()[i] - b.as<double>()[i]));
  return most;
}

block with_nan(const block& model) {
  block_builder spoilt{model.size(), precision::double_};
  std::ranges::copy(model.as<double>(), spoilt.as<double>().begin());
  spoilt.as<double>()[slot(model.size() / 2)] = std::numeric_limits<double>::quiet_NaN();
  return block::freeze(std::move(spoilt));
}

void check_refusals(const merge_rule& rule, const neighbourhood& around, broken_laws& found) {
  const block own = around.model(1), left = around.model(2), right = around.model(3);
  const auto accepted = [] { return std::string{"it was merged"}; };
  found.require(!rule.merge(around.task(own, with_nan(left), right)),
                "a model that is not finite is refused", accepted);
  merge_task other = around.task(own, left, right);
  other.others.front().spec_hash ^= 1;
  found.require(!rule.merge(other), "a model of another network is refused", accepted);
}

result<merging::merged_model> merged_in_turn(const merge_rule& rule, const merge_task& task) {
  merge_task begun = task;
  std::vector<merging::peer_model> others = std::exchange(begun.others, {});
  std::ranges::sort(others, {}, &merging::peer_model::peer);
  const auto merge = rule.begin(std::move(begun));
  for (const merging::peer_model& other : others)
    ECHELON_CHECK(merge->add(other));
  return merge->finish(task.own.weight, 1);
}

void check_merges(const merge_rule& rule, const neighbourhood& around, broken_laws& found) {
  const block own = around.model(1), left = around.model(2), right = around.model(3);
  merge_task task = around.task(own, left, right);
  const auto merged = rule.merge(task);
  if (!found.require(merged.has_value(), "models of one network are merged",
                     [&] { return merged.error().detail; }))
    return;
  const bool sound = merged->state.size() == own.size() &&
                     std::ranges::all_of(merged->state.as<double>(),
                                         [](double number) { return std::isfinite(number); });
  found.require(sound, "what comes out is a model",
                [] { return std::string{"of another size, or not finite"}; });
  const auto differs = [] { return std::string{"other bits came out"}; };
  const auto again = rule.merge(task);
  found.require(again && again->state.hash() == merged->state.hash(),
                "the same task gives the same bits", differs);
  std::ranges::reverse(task.others);
  const auto turned = rule.merge(task);
  found.require(turned && turned->state.hash() == merged->state.hash(),
                "the order in which models came changes nothing", differs);
  const auto in_turn = merged_in_turn(rule, task);
  found.require(in_turn && in_turn->state.hash() == merged->state.hash(),
                "models that come one after another give the same bits", differs);
  merge_task alone = around.task(own, left, right);
  alone.own.weight = 1;
  alone.others.clear();
  const auto kept = rule.merge(alone);
  found.require(kept && apart(kept->state, own) <= 1e-12, "alone, a model stays as it is",
                [&] { return kept ? std::string{"it moved"} : kept.error().detail; });
  const auto equal = rule.merge(around.task(own, own, own));
  found.require(equal && apart(equal->state, own) <= 1e-9, "among equals, a model stays as it is",
                [&] { return equal ? std::string{"it moved"} : equal.error().detail; });
}

}  // namespace

broken_laws laws_of_merge_rule(const merge_rule_catalogue& known, std::string_view name,
                               const value_table& settings) {
  broken_laws found;
  const auto made = known.make(name, settings, "merging");
  if (!found.require(made.has_value(), "it can be made", [&] { return made.error().detail; }))
    return found;
  const neighbourhood around;
  check_merges(**made, around, found);
  check_refusals(**made, around, found);
  return found;
}

}  // namespace echelon::testkit
