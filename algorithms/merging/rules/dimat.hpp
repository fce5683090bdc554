#pragma once

#include "algorithms/merging/rules/rule_words.hpp"

namespace echelon::merging {

/// Neighbours' units are put into the reference's order by what they respond to, then averaged.
class dimat final : public aligned_rule {
public:
  static constexpr std::string_view name = "dimat";
  static constexpr std::string_view
      summary = "neighbours' units matched by their activations, then weighted averages";
  static constexpr std::string_view source = "Saadati et al. 2024, arXiv:2404.08079";
  static std::vector<parameter> declared();
  static result<dimat> make(const parameters& given);

private:
  using aligned_rule::aligned_rule;
};

}  // namespace echelon::merging
