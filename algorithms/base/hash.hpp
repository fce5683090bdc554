#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace echelon {

/// 64-bit XXH3 of raw bytes: the same on every CPU. Not cryptographic. Cost: close to memory
/// bandwidth.
std::uint64_t hash_bytes(std::span<const std::byte> bytes, std::uint64_t seed = 0);

/// hash_bytes over bytes that come piece by piece: the same value, however they are cut.
class byte_hasher {
public:
  byte_hasher();
  ~byte_hasher();
  byte_hasher(byte_hasher&&) noexcept;
  byte_hasher& operator=(byte_hasher&&) noexcept;

  void add(std::span<const std::byte> piece);
  /// Of all pieces so far.
  std::uint64_t value() const;
  void restart();

private:
  struct state;
  std::unique_ptr<state> state_;
};

/// One step of splitmix64's finaliser over a running value: order matters, one word at a time.
constexpr std::uint64_t hash_combine(std::uint64_t running, std::uint64_t next) {
  std::uint64_t x = running * 0x9e3779b97f4a7c15U + next + 0x2545f4914f6cdd1dU;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31);
}

/// Sixteen hexadecimal digits, as trace_hash and weights_hash are written.
std::string hash_text(std::uint64_t hash);

}  // namespace echelon
