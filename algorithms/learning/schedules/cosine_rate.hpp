#pragma once

#include "algorithms/base/portable_math.hpp"
#include "algorithms/learning/schedules/warmed_up.hpp"

namespace echelon::learning {

/// Half a cosine from the full rate in the first round to `floor` of it in the last.
struct cosine_rate {
  static constexpr std::string_view name = "cosine";
  static constexpr std::string_view summary = "half a cosine down to a floor in the last round";
  static constexpr std::string_view source = "Loshchilov, Hutter 2017, arXiv:1608.03983";
  static std::vector<parameter> declared() {
    return {
        {"floor", value_kind::number, 0.0, "share of the rate left in the last round", 0.0, 1.0}};
  }
  static result<cosine_rate> make(const parameters& given) {
    return cosine_rate{given.number("floor")};
  }

  double factor(index round, index rounds) const {
    return floor + (1 - floor) * (1 + cospi_portable(progress(round, rounds))) / 2;
  }

  double floor = 0;
};

}  // namespace echelon::learning
