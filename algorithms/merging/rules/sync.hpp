#pragma once

#include "algorithms/merging/rules/rule_words.hpp"

namespace echelon::merging {

/// Averaging in one common order of units, which peers take up along a tree before their first
/// merge. Unlike matching in every round it leaves the mean of all models where it is.
class sync final : public aligned_rule {
public:
  static constexpr std::string_view name = "sync";
  static constexpr std::string_view
      summary = "one common order of units before the first merge, then weighted averages";
  static constexpr std::string_view source = "Echelon";
  static std::vector<parameter> declared() { return {bn_reset_parameter("cumulative")}; }
  static result<sync> make(const parameters& given) {
    alignment_options options;
    options.match = false;
    options.reset_after = read_bn_reset(given);
    return sync{options};
  }

  bool orders_once() const override { return true; }

private:
  using aligned_rule::aligned_rule;
};

}  // namespace echelon::merging
