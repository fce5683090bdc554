#include "algorithms/learning/partitioners/sizes.hpp"

#include "algorithms/learning/partitioners/sized.hpp"

namespace echelon::learning {
namespace {

constexpr double weight_max = 1e12;

}  // namespace

std::vector<parameter> sizes::declared() {
  return {{.name = "sizes",
           .kind = value_kind::list,
           .fallback = {},
           .summary = "one number above 0 for each part; only their proportions count",
           .required = true},
          labels_parameter()};
}

result<sizes> sizes::make(const parameters& given) {
  std::vector<double> weights;
  for (const value& each : given.at("sizes").list()) {
    if (!each.is_number() || !(each.number() > 0 && each.number() <= weight_max))
      return given.refuse("sizes", "entry {} is {}; it must be a number above 0, at most {}",
                          weights.size() + 1, each.toml(), weight_max);
    weights.push_back(each.number());
  }
  if (weights.empty())
    return given.refuse("sizes", "the list is empty; it needs one number for each part");
  ECHELON_TRY(const auto alpha, labels_alpha(given));
  return sizes{std::move(weights), alpha};
}

result<partition> sizes::deal(const dataset& samples, index parts, random_stream random) const {
  if (std::ssize(weights_) != parts)
    return fail(errc::bad_input,
                "partition \"{}\": {} sizes for {} parts; it needs one for each part", name,
                weights_.size(), parts);
  return deal_sized(name, samples, weights_, alpha_, random);
}

}  // namespace echelon::learning
