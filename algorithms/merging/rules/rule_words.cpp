#include "algorithms/merging/rules/rule_words.hpp"

namespace echelon::merging {

parameter bn_reset_parameter(std::string fallback) {
  return {.name = "bn_reset",
          .kind = value_kind::text,
          .fallback = std::move(fallback),
          .summary = "batch norm's statistics after a merge: measured over the calibration samples "
                     "at once (cumulative), pass by pass (ema), or averaged with the rest (none)",
          .choices = {"none", "cumulative", "ema"}};
}

parameter tie_break_parameter(double fallback) {
  return {.name = "tie_break",
          .kind = value_kind::number,
          .fallback = fallback,
          .summary = "share of the weights in the likeness of units, to decide between equals",
          .least = 0,
          .most = 1};
}

similarity read_similarity(const parameters& given) {
  const std::string& word = given.text("similarity");
  return word == "cosine"  ? similarity::cosine
         : word == "inner" ? similarity::inner
                           : similarity::pearson;
}

statistics_reset read_bn_reset(const parameters& given) {
  const std::string& word = given.text("bn_reset");
  return word == "cumulative" ? statistics_reset::cumulative
         : word == "ema"      ? statistics_reset::ema
                              : statistics_reset::none;
}

}  // namespace echelon::merging
