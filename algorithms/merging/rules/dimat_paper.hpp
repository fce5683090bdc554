#pragma once

#include "algorithms/merging/rules/rule_words.hpp"

namespace echelon::merging {

/// What the published code does: Pearson correlation without a tie-break, statistics reset before
/// matching and after merging, every peer its own reference; where all peers are neighbours all
/// take the first one's order. Left out are its faults: permutations that differ between a VGG
/// layer and the next, a factor N / (N + 1e-5) on merged weights, and statistics that stay in
/// cumulative mode while training goes on.
class dimat_paper final : public merge_rule {
public:
  static constexpr std::string_view name = "dimat-paper";
  static constexpr std::string_view
      summary = "dimat as its published code runs, without its faults";
  static constexpr std::string_view source = "Saadati et al. 2024, arXiv:2404.08079, its code";
  static std::vector<parameter> declared() { return {}; }
  static result<dimat_paper> make(const parameters&) { return dimat_paper{}; }

  result<merged_model> merge(const merge_task& task) const override {
    const bool all = std::ssize(task.others) + 1 == task.peers;
    alignment_options options;
    options.matching.tie_break = 0;
    options.reference = all ? reference_choice::lowest_id : reference_choice::self;
    options.reset_before = options.reset_after = statistics_reset::cumulative;
    return merge_aligned(task, options);
  }
};

}  // namespace echelon::merging
