#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>
#include <vector>

#include "algorithms/base/block.hpp"

namespace echelon {

template <class Number>
concept packable_number = std::integral<Number> || std::floating_point<Number>;

/// Writes numbers and large values one behind the other, as this machine has them: for checkpoints.
class field_writer {
public:
  void put(packable_number auto number) { put(std::as_bytes(std::span{&number, 1})); }
  void put(std::span<const std::byte> bytes);
  /// With its length and kind.
  void put(const block& values);

  std::vector<std::byte> take() && { return std::move(bytes_); }

private:
  std::vector<std::byte> bytes_;
};

/// Reads what a field_writer wrote. Once something was wrong all that follows is zero and empty, so
/// that `good` is asked at the end. Never reads or allocates more than there are bytes.
class field_reader {
public:
  explicit field_reader(std::span<const std::byte> bytes) : left_(bytes) {}

  template <packable_number Number>
  Number number() {
    Number read{};
    if (const auto bytes = take(sizeof read); !bytes.empty())
      std::memcpy(&read, bytes.data(), sizeof read);
    return read;
  }
  /// How many things follow: at most as many as there are bytes left.
  index count();
  std::span<const std::byte> take(std::size_t size);
  block values();

  void expect(bool condition) { good_ = good_ && condition; }
  bool good() const { return good_; }
  std::size_t left() const { return left_.size(); }

private:
  std::span<const std::byte> left_;
  bool good_ = true;
};

}  // namespace echelon
