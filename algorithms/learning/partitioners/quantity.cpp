#include "algorithms/learning/partitioners/quantity.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include "algorithms/learning/partitioners/dealing.hpp"
#include "algorithms/learning/partitioners/sized.hpp"

namespace echelon::learning {

std::vector<parameter> quantity::declared() {
  return {{.name = "shape",
           .kind = value_kind::text,
           .fallback = value{"geometric"},
           .summary = "how the sizes fall",
           .choices = {"arithmetic", "geometric", "power"}},
          {.name = "skew",
           .kind = value_kind::number,
           .fallback = value{10.0},
           .summary = "how many times the last part's samples the first part has",
           .least = 1,
           .most = 1e9},
          {.name = "noise",
           .kind = value_kind::number,
           .fallback = value{0.0},
           .summary = "how much the sizes between first and last are shaken",
           .least = 0,
           .most = 1},
          labels_parameter()};
}

result<quantity> quantity::make(const parameters& given) {
  const std::string& shape = given.text("shape");
  ECHELON_TRY(const auto alpha, labels_alpha(given));
  return quantity{shape == "arithmetic"  ? fall::arithmetic
                  : shape == "geometric" ? fall::geometric
                                         : fall::power,
                  given.number("skew"), given.number("noise"), alpha};
}

std::vector<double> quantity::weights(index parts, random_stream& random) const {
  std::vector<double> sizes(static_cast<std::size_t>(parts), 1.0);
  const double last = static_cast<double>(parts - 1);
  for (index i = 0; i < parts - 1; ++i) {
    const double rank = static_cast<double>(i);
    double& size = sizes[static_cast<std::size_t>(i)];
    switch (shape_) {
      case fall::arithmetic: size = 1 + (skew_ - 1) * (1 - rank / last); break;
      case fall::geometric: size = std::pow(skew_, 1 - rank / last); break;
      // From skew at rank 1 down to 1 at rank n: the exponent is log skew / log n.
      case fall::power:
        size = skew_ * std::pow(rank + 1, -std::log(skew_) / std::log(last + 1));
        break;
    }
  }
  if (noise_ > 0 && parts > 3) {
    const std::span middle = std::span{sizes}.subspan(1, sizes.size() - 2);
    const auto shaken = dirichlet_weights(std::ssize(middle), 0.5, random);
    for (std::size_t i = 0; i < middle.size(); ++i) {
      const double factor = 1 + noise_ * (shaken[i] * static_cast<double>(middle.size()) - 1);
      middle[i] = std::clamp(middle[i] * factor, 1.0, skew_);
    }
    std::ranges::sort(middle, std::ranges::greater{});
  }
  return sizes;
}

result<partition> quantity::deal(const dataset& samples, index parts, random_stream random) const {
  ECHELON_CHECK(check_parts(name, samples, parts));
  const auto sizes = weights(parts, random);
  return deal_sized(name, samples, sizes, alpha_, random);
}

}  // namespace echelon::learning
