#include "algorithms/merging/matching/self_checks.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "algorithms/merging/matching/activation_matching.hpp"
#include "algorithms/merging/permutations/weighted_sum.hpp"

namespace echelon::merging {
namespace {

constexpr index input_samples = 64;

double rounding_of(precision kind) { return kind == precision::single ? 1e-4 : 1e-9; }

/// What the last node puts out.
class last_output final : public learning::activation_reader {
public:
  explicit last_output(index node) : node_(node) {}
  void read(const learning::activation<float>& output) override { keep(output); }
  void read(const learning::activation<double>& output) override { keep(output); }
  const std::vector<double>& numbers() const { return numbers_; }

private:
  template <class Scalar>
  void keep(const learning::activation<Scalar>& output) {
    for (index f = 0; output.node == node_ && f < output.features; ++f)
      for (index n = 0; n < output.samples; ++n)
        numbers_.push_back(static_cast<double>(output.numbers[f * output.stride + n]));
  }

  index node_;
  std::vector<double> numbers_;
};

/// The largest difference, as a share of the largest number.
double worst_share(const std::vector<double>& left, const std::vector<double>& right) {
  double off = 0, size = 1e-300;
  for (std::size_t k = 0; k < left.size(); ++k) {
    off = std::max(off, std::abs(left[k] - right[k]));
    size = std::max(size, std::abs(left[k]));
  }
  return off / size;
}

class trial {
public:
  trial(const learning::model& network, const permutation_spec& spec, std::uint64_t seed)
      : network_(network), spec_(spec), seed_(seed), rows_(slot(input_samples)) {
    random_stream random{seed, "self-check inputs"};
    data_.shape = network.graph()->input_shape();
    data_.count = input_samples;
    for (index k = 0; k < input_samples * data_.shape.size(); ++k)
      data_.features.push_back(static_cast<float>(random.normal()));
    std::iota(rows_.begin(), rows_.end(), index{0});
  }

  result<void> run() {
    const block state = random_state(0);
    const unit_orders planted = orders(0);
    const block moved = permute(spec_, state, planted);
    const double off = worst_share(outputs_of(state), outputs_of(moved));
    // Not so written that NaN passes.
    if (!(off <= rounding_of(network_.kind())))
      return fail(errc::bad_input, "a permuted network computes otherwise, by {:.1e} of its output",
                  off);
    if (permute(spec_, moved, inverse(planted)).hash() != state.hash())
      return fail(errc::bad_input, "a permutation and its inverse do not cancel");
    ECHELON_CHECK(find_again(state, moved, inverse(planted)));
    return merge_in_two_gauges(state);
  }

private:
  /// Initial weights with a little noise on all numbers, so that no two places are equal.
  block random_state(std::uint64_t number) const {
    const block start = network_.initial_state(seed_ + number);
    block_builder noisy{start.size(), start.kind(), contents::unset};
    random_stream random{seed_, "self-check weights", number};
    with_scalar(start.kind(), [&]<class Scalar>(Scalar) {
      std::ranges::transform(start.as<Scalar>(), noisy.as<Scalar>().begin(), [&](Scalar x) {
        return x + static_cast<Scalar>(random.uniform(-0.05, 0.05));
      });
    });
    return block::freeze(std::move(noisy));
  }

  unit_orders orders(std::uint64_t number) const {
    random_stream random{seed_, "self-check orders", number};
    return random_orders(spec_, random);
  }

  learning::batch samples() const { return {&data_, rows_}; }

  std::vector<double> outputs_of(const block& state) const {
    last_output reader{network_.graph()->size() - 1};
    network_.observe(state, samples(), reader, *network_.make_workspace());
    return reader.numbers();
  }

  /// Classes with dead units may hold equals that only the tie-break tells apart.
  result<void> find_again(const block& state, const block& moved,
                          const unit_orders& expected) const {
    ECHELON_TRY(const network_match found,
                match_activations(network_, spec_, state, moved, samples(), {}));
    for (std::size_t c = 0; c < expected.size(); ++c) {
      const class_match& match = found.classes[c];
      if (match.dead_units == 0 && match.likeness < 1 - rounding_of(network_.kind()))
        return fail(errc::bad_input,
                    "the units of class {} and their permuted copies match by {} instead of 1", c,
                    match.likeness);
    }
    return {};
  }

  /// Where several orders are equally good either may be found, but what they reach is the same.
  result<void> merge_in_two_gauges(const block& own) const {
    const block other = random_state(1);
    const unit_orders p = orders(1), q = orders(2);
    const block own_moved = permute(spec_, own, p), other_moved = permute(spec_, other, q);
    ECHELON_TRY(const network_match plain,
                match_activations(network_, spec_, own, other, samples(), {}));
    ECHELON_TRY(const network_match gauged,
                match_activations(network_, spec_, own_moved, other_moved, samples(), {}));
    for (std::size_t c = 0; c < p.size(); ++c)
      if (!(std::abs(plain.classes[c].likeness - gauged.classes[c].likeness) <=
            rounding_of(network_.kind())))
        return fail(errc::bad_input, "class {} is matched by {} in one gauge and {} in another", c,
                    plain.classes[c].likeness, gauged.classes[c].likeness);
    const unit_orders kept = kept_orders(spec_);
    const unit_orders same = composed(inverse(q), composed(plain.orders, p));
    const block merged = weighted_sum(spec_, {{0.5, &own, &kept}, {0.5, &other, &plain.orders}});
    const block merged_moved = weighted_sum(spec_,
                                            {{0.5, &own_moved, &kept}, {0.5, &other_moved, &same}});
    if (permute(spec_, merged, p).hash() != merged_moved.hash())
      return fail(errc::bad_input, "a merge depends on the order of the units it starts from");
    return {};
  }

  const learning::model& network_;
  const permutation_spec& spec_;
  std::uint64_t seed_;
  learning::dataset data_;
  std::vector<index> rows_;
};

}  // namespace

result<void> check_specification(const learning::model& network, const permutation_spec& spec,
                                 std::uint64_t seed) {
  expects(network.graph() != nullptr);
  return trial{network, spec, seed}.run();
}

}  // namespace echelon::merging
