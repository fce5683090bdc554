#include "algorithms/merging/matching/pair_correlations.hpp"

#include <algorithm>

namespace echelon::merging {
namespace {

template <class Scalar>
std::vector<std::vector<correlation>>
sum_pairs(const learning::model& network, const permutation_spec& spec,
          std::span<const block* const> states, std::span<const state_pair> pairs,
          const learning::batch& samples, learning::math_mode math) {
  const auto& kernels = learning::kernels::kernels_for<Scalar>(math);
  std::vector<correlation> empty;
  for (const permutation_class& one : spec.classes)
    empty.emplace_back(one.units);
  std::vector<std::vector<correlation>> sums(pairs.size(), empty);
  std::vector<feature_reader<Scalar>> features(states.size(), feature_reader<Scalar>{spec});
  const auto scratch = network.make_workspace();
  const std::size_t step = slot(network.pass_samples());
  for (std::size_t first = 0; first < samples.rows.size(); first += step) {
    const learning::batch pass{
        samples.data, samples.rows.subspan(first, std::min(step, samples.rows.size() - first))};
    for (std::size_t k = 0; k < states.size(); ++k)
      network.observe(*states[k], pass, features[k], *scratch);
    for (index c = 0; c < std::ssize(spec.classes); ++c)
      for (std::size_t p = 0; !spec.classes[slot(c)].reading.places.empty() && p < pairs.size();
           ++p)
        sums[p][slot(c)].add(features[slot(pairs[p].first)].of_class(c),
                             features[slot(pairs[p].second)].of_class(c), kernels);
  }
  return sums;
}

}  // namespace

result<std::vector<std::vector<correlation>>>
correlate_pairs(const learning::model& network, const permutation_spec& spec,
                std::span<const block* const> states, std::span<const state_pair> pairs,
                const learning::batch& samples, learning::math_mode math) {
  if (samples.rows.size() < 2)
    return fail(errc::bad_input,
                "units are matched on {} samples; at least 2 are needed, and a thousand are better",
                samples.rows.size());
  for (const block* state : states)
    expects(state->size() == spec.state_size);
  return with_scalar(network.kind(), [&]<class Scalar>(Scalar) {
    return sum_pairs<Scalar>(network, spec, states, pairs, samples, math);
  });
}

}  // namespace echelon::merging
