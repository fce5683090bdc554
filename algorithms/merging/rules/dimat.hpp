#pragma once

#include "algorithms/merging/rules/rule_words.hpp"

namespace echelon::merging {

/// Neighbours' units are put into the reference's order by what they respond to, then averaged.
class dimat final : public merge_rule {
public:
  static constexpr std::string_view name = "dimat";
  static constexpr std::string_view
      summary = "neighbours' units matched by their activations, then weighted averages";
  static constexpr std::string_view source = "Saadati et al. 2024, arXiv:2404.08079";
  static std::vector<parameter> declared();
  static result<dimat> make(const parameters& given);

  result<merged_model> merge(const merge_task& task) const override {
    return merge_aligned(task, options_);
  }

private:
  explicit dimat(const alignment_options& options) : options_(options) {}

  alignment_options options_;
};

}  // namespace echelon::merging
