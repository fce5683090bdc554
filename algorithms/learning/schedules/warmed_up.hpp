#pragma once

#include <vector>

#include "algorithms/learning/schedule.hpp"

namespace echelon::learning {

/// A shape of the learning rate after a linear warm-up of `warmup_rounds` rounds. Shapes are values
/// with the statics of a policy and
///   double factor(index round, index rounds) const;
/// for the rounds that come after the warm-up.
template <class Shape>
class warmed_up final : public rate_schedule {
public:
  static constexpr std::string_view name = Shape::name;
  static constexpr std::string_view summary = Shape::summary;
  static constexpr std::string_view source = Shape::source;
  static std::vector<parameter> declared() {
    std::vector<parameter> keys = Shape::declared();
    keys.push_back({"warmup_rounds", value_kind::integer, 0,
                    "rounds over which the rate first rises linearly to its full value", 0.0, 1e9});
    return keys;
  }

  static result<warmed_up> make(const parameters& given) {
    warmed_up made;
    ECHELON_TRY(made.shape_, Shape::make(given));
    made.warmup_ = given.integer("warmup_rounds");
    return made;
  }

  double factor(index round, index rounds) const override {
    if (round < warmup_)
      return static_cast<double>(round + 1) / static_cast<double>(warmup_ + 1);
    return shape_.factor(round - warmup_, rounds - warmup_);
  }

private:
  warmed_up() = default;

  Shape shape_;
  index warmup_ = 0;
};

/// The share of the rounds that is over: 0 in the first, 1 in the last.
inline double progress(index round, index rounds) {
  return rounds < 2 ? 0.0 : static_cast<double>(round) / static_cast<double>(rounds - 1);
}

}  // namespace echelon::learning
