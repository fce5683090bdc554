#include "algorithms/base/hash.hpp"

#define XXH_INLINE_ALL
#include <fmt/format.h>
#include <xxhash.h>

namespace echelon {

std::uint64_t hash_bytes(std::span<const std::byte> bytes, std::uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

struct byte_hasher::state {
  XXH3_state_t running;
};

byte_hasher::byte_hasher() : state_(std::make_unique<state>()) { restart(); }
byte_hasher::~byte_hasher() = default;
byte_hasher::byte_hasher(byte_hasher&&) noexcept = default;
byte_hasher& byte_hasher::operator=(byte_hasher&&) noexcept = default;

void byte_hasher::add(std::span<const std::byte> piece) {
  XXH3_64bits_update(&state_->running, piece.data(), piece.size());
}

std::uint64_t byte_hasher::value() const { return XXH3_64bits_digest(&state_->running); }

void byte_hasher::restart() { XXH3_64bits_reset(&state_->running); }

std::string hash_text(std::uint64_t hash) { return fmt::format("{:016x}", hash); }

}  // namespace echelon
