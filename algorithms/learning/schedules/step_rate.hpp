#pragma once

#include "algorithms/base/portable_math.hpp"
#include "algorithms/learning/schedule.hpp"

namespace echelon::learning {

/// The rate falls to `factor` of what it was every `every` rounds.
struct step_rate {
  static constexpr std::string_view name = "step";
  static constexpr std::string_view summary = "falls by a factor every so many rounds";
  static constexpr std::string_view source = "He et al. 2016, arXiv:1512.03385";
  static std::vector<parameter> declared() {
    return {
        {"every", value_kind::integer, 30, "rounds between two steps", 1.0, 1e9},
        {"factor", value_kind::number, 0.1, "share of the rate that each step leaves", 0.0, 1.0}};
  }
  static result<step_rate> make(const parameters& given) {
    return step_rate{given.integer("every"), given.number("factor")};
  }

  double factor(index round, index) const { return power_portable(left, round / every); }

  index every = 1;
  double left = 1;
};

}  // namespace echelon::learning
