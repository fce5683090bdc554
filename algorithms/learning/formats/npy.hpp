#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "algorithms/base/result.hpp"
#include "algorithms/base/types.hpp"

namespace echelon::learning {

/// An array as numpy stores it, in C order and least byte first, of the common number types.
/// Source: numpy.lib.format, versions 1.0 to 3.0.
class npy_array {
public:
  /// `place` begins the refusals: "FILE: X.npy".
  static result<npy_array> parse(std::vector<std::byte> bytes, const std::string& place);

  const std::vector<index>& shape() const { return shape_; }
  index count() const { return count_; }
  bool is_integer() const { return kind_ != 'f'; }

  /// Element i, which is below count(); exact but for integers beyond 2^53.
  double at(index i) const;
  /// Where element i begins, counted in the array's own bytes.
  std::size_t offset(index i) const { return start_ + static_cast<std::size_t>(i) * width_; }

private:
  npy_array() = default;

  std::vector<std::byte> bytes_;
  std::size_t start_ = 0;
  std::size_t width_ = 0;  ///< bytes of an element
  char kind_ = 'f';        ///< f, i or u, as numpy has it
  std::vector<index> shape_;
  index count_ = 1;
};

}  // namespace echelon::learning
