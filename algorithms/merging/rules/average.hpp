#pragma once

#include "algorithms/merging/rules/rule_words.hpp"

namespace echelon::merging {

/// The weighted average, unit by unit of the same number.
class average final : public aligned_rule {
public:
  static constexpr std::string_view name = "average";
  static constexpr std::string_view summary = "weighted average of the neighbours' models";
  static constexpr std::string_view source = "Lian et al. 2017, arXiv:1705.09056";
  static std::vector<parameter> declared() { return {bn_reset_parameter("none")}; }
  static result<average> make(const parameters& given) {
    alignment_options options;
    options.match = false;
    options.reset_after = read_bn_reset(given);
    return average{options};
  }

private:
  using aligned_rule::aligned_rule;
};

}  // namespace echelon::merging
