#include "algorithms/merging/matching/activation_matching.hpp"

#include "algorithms/merging/matching/pair_correlations.hpp"
#include "algorithms/merging/matching/weight_matching.hpp"

namespace echelon::merging {
namespace {

/// Weights decide between equals once the classes around are in order, and once more, since equals
/// next to each other see each other's weights.
constexpr int tie_sweeps = 2;

class_match summarise(const class_order& found, const matrix& alike, const correlation& sums) {
  class_match summary{.dead_units = sums.dead_units(), .gap = found.gap};
  for (index r = 0; r < alike.rows(); ++r)
    summary.likeness += alike(r, found.order[slot(r)]);
  summary.likeness /= static_cast<double>(alike.rows());
  summary.kept_likeness = alike.diagonal().mean();
  return summary;
}

/// One pair of networks while its classes are put in order.
class matching {
public:
  matching(const permutation_spec& spec, const block& reference, const block& other,
           const std::vector<correlation>& sums, const match_options& options)
      : spec_(spec), reference_(reference), other_(other), sums_(sums),
        options_(options), found_{kept_orders(spec),
                                  std::vector<class_match>(spec.classes.size())} {}

  result<network_match> run() {
    for (index c = 0; c < std::ssize(sums_); ++c)
      ECHELON_CHECK(order(c, 0));
    for (int sweep = 0; options_.tie_break > 0 && sweep < tie_sweeps; ++sweep)
      for (index c = 0; c < std::ssize(sums_); ++c)
        ECHELON_CHECK(order(c, options_.tie_break));
    return std::move(found_);
  }

private:
  result<void> order(index number, double tie_break) {
    const correlation& sums = sums_[slot(number)];
    if (sums.values() == 0)
      return {};
    const matrix alike = sums.alike(options_.kind);
    matrix profit = alike;
    profit.diagonal().array() += options_.identity_bonus;
    if (tie_break > 0) {
      const matrix products = weight_products(spec_, number, reference_, other_, found_.orders,
                                              options_.math);
      const double most = products.cwiseAbs().maxCoeff();
      if (most > 0)
        profit += tie_break / most * products;
    }
    ECHELON_TRY(class_order best, order_class(spec_.classes[slot(number)], profit));
    found_.classes[slot(number)] = summarise(best, alike, sums);
    found_.orders[slot(number)] = std::move(best.order);
    return {};
  }

  const permutation_spec& spec_;
  const block &reference_, &other_;
  const std::vector<correlation>& sums_;
  const match_options& options_;
  network_match found_;
};

}  // namespace

result<network_match> match_activations(const learning::model& network,
                                        const permutation_spec& spec, const block& reference,
                                        const block& other, const learning::batch& samples,
                                        const match_options& options) {
  const block* const states[] = {&reference, &other};
  const state_pair both[] = {{0, 1}};
  ECHELON_TRY(const auto sums, correlate_pairs(network, spec, states, both, samples, options.math));
  return matching{spec, reference, other, sums[0], options}.run();
}

}  // namespace echelon::merging
