#pragma once

#include <cstdint>
#include <functional>

namespace echelon::compression {

/// What a message of some coordinates costs, in the budget's unit: themselves, or bits as the codec
/// writes them. Not decreasing, 0 for an empty message, and larger for one coordinate.
class message_cost {
public:
  /// Coordinates, of `length` in all.
  explicit message_cost(std::int64_t length);
  /// Bits: what the codec needs for so many coordinates.
  message_cost(std::int64_t length, std::function<double(std::int64_t)> bits);

  std::int64_t length() const { return length_; }
  bool counts_bits() const { return static_cast<bool>(bits_); }
  double of(std::int64_t coordinates) const;
  /// In between whole numbers by straight lines, as the mean over rounds of both.
  double of(double coordinates) const;
  /// The coordinates, not necessarily whole, that a cost pays for; a debt is paid back at the price
  /// of the first. Cost: O(log length) evaluations.
  double coordinates(double cost) const;
  /// What is spent on a whole vector without compression.
  double whole() const;

private:
  std::int64_t length_;
  std::function<double(std::int64_t)> bits_;
};

}  // namespace echelon::compression
