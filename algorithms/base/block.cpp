#include "algorithms/base/block.hpp"

#include <cstring>
#include <new>

#include "algorithms/base/hash.hpp"

namespace echelon {
namespace {

constexpr std::align_val_t block_alignment{64};

}  // namespace

block_builder::block_builder(index count, precision kind, contents first)
    : count_(count), kind_(kind) {
  expects(count >= 0);
  const auto size = static_cast<std::size_t>(count) * bytes_of(kind);
  auto* memory = static_cast<std::byte*>(::operator new(size + 1, block_alignment));
  if (first == contents::zeroed)
    std::memset(memory, 0, size);
  memory_ = {memory, [](std::byte* owned) { ::operator delete(owned, block_alignment); }};
}

std::span<std::byte> block_builder::bytes() {
  return {memory_.get(), static_cast<std::size_t>(count_) * bytes_of(kind_)};
}

block block::freeze(block_builder builder) {
  block frozen;
  frozen.hash_ = hash_bytes(builder.bytes());
  frozen.memory_ = std::move(builder.memory_);
  frozen.count_ = builder.count_;
  frozen.kind_ = builder.kind_;
  return frozen;
}

std::span<const std::byte> block::bytes() const {
  return {memory_.get(), static_cast<std::size_t>(count_) * bytes_of(kind_)};
}

}  // namespace echelon
