#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <vector>

#include "algorithms/base/types.hpp"

namespace echelon::compression {

constexpr std::size_t bytes_for(std::int64_t bits) {
  return static_cast<std::size_t>((bits + 7) / 8);
}

/// The lowest `count` < 64 bits set.
constexpr std::uint64_t low_ones(int count) { return (std::uint64_t{1} << count) - 1; }

/// Appends numbers of a few bits each, the first in the lowest bits of the first byte; as many in
/// all as it was made for.
class bit_writer {
public:
  bit_writer(std::vector<std::byte>& to, std::int64_t bits)
      : to_(to), end_(to.size() + bytes_for(bits)), at_(to.size()) {
    to_.resize(end_ + sizeof word_);  // `put` writes whole words
  }

  /// `number` has at most `count` <= 56 bits.
  void put(std::uint64_t number, int count) {
    word_ |= number << filled_;
    filled_ += count;
    std::memcpy(to_.data() + at_, &word_, sizeof word_);
    const int whole = filled_ & ~7;
    at_ += static_cast<std::size_t>(whole / 8);
    word_ = whole < 64 ? word_ >> whole : 0;
    filled_ -= whole;
  }

  /// `zeros` zeros, a one, and a number of at most `width` < 56 bits.
  void put_unary(std::uint64_t zeros, std::uint64_t number, int width) {
    while (zeros + static_cast<std::uint64_t>(width) > 55) {
      const std::uint64_t some = std::min<std::uint64_t>(zeros, 56);
      put(0, static_cast<int>(some));
      zeros -= some;
    }
    put((number << 1 | 1) << zeros, static_cast<int>(zeros) + 1 + width);
  }

  void finish() { to_.resize(end_); }

private:
  std::vector<std::byte>& to_;
  std::size_t end_, at_;
  std::uint64_t word_ = 0;
  int filled_ = 0;
};

/// Reads what a bit_writer wrote, or anything: never outside the bytes.
class bit_reader {
public:
  explicit bit_reader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  /// The next `count` <= 56 bits; zeros follow the end, and `exhausted` tells.
  std::uint64_t take(int count) {
    const std::uint64_t taken = peek() & low_ones(count);
    at_ += static_cast<std::uint64_t>(count);
    return taken;
  }

  /// The zeros before the next one, and takes both; nullopt where there is no one.
  std::optional<std::uint64_t> take_unary() {
    for (std::uint64_t zeros = 0;; zeros += 56) {
      const std::uint64_t next = peek() & low_ones(56);
      if (next != 0) {
        const int more = __builtin_ctzll(next);
        at_ += static_cast<std::uint64_t>(more) + 1;
        return zeros + static_cast<std::uint64_t>(more);
      }
      at_ += 56;
      if (at_ >= 8 * bytes_.size())
        return std::nullopt;
    }
  }

  /// Whether all bits were read, none too many, and those that fill the last byte are zeros.
  bool at_end() const { return (at_ + 7) / 8 == bytes_.size() && (at_ % 8 == 0 || peek() == 0); }
  bool overrun() const { return at_ > 8 * bytes_.size(); }

private:
  /// At least 57 bits.
  std::uint64_t peek() const {
    const std::size_t from = at_ / 8;
    std::uint64_t word = 0;
    if (from + sizeof word <= bytes_.size()) [[likely]]
      std::memcpy(&word, bytes_.data() + from, sizeof word);
    else if (from < bytes_.size())
      std::memcpy(&word, bytes_.data() + from, bytes_.size() - from);
    return word >> (at_ % 8);
  }

  std::span<const std::byte> bytes_;
  std::uint64_t at_ = 0;
};

}  // namespace echelon::compression
