#pragma once

namespace echelon {

/// A mean that forgets: the newest value counts `weight`, the one before it (1 - weight) times as
/// much, and so on, over the sum of these shares, so that the first values are not drawn towards 0.
/// A plain value: a checkpoint keeps `sum` and `share`.
struct running_mean {
  double weight = 0.02;  ///< in (0, 1]; 1 / weight is about how many values it remembers
  double sum = 0;
  double share = 0;  ///< of all values so far; tends to 1

  void add(double value) {
    sum += weight * (value - sum);
    share += weight * (1 - share);
  }
  bool known() const { return share > 0; }
  /// 0 before the first value.
  double value() const { return known() ? sum / share : 0; }

  bool operator==(const running_mean&) const = default;
};

}  // namespace echelon
