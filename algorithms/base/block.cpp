#include "algorithms/base/block.hpp"

#include <cstring>
#include <new>

#include "algorithms/base/hash.hpp"

namespace echelon {
namespace {

constexpr std::align_val_t block_alignment{64};

}  // namespace

std::shared_ptr<std::byte[]> large_memory(std::size_t bytes, contents first) {
  auto* memory = static_cast<std::byte*>(::operator new(bytes + 1, block_alignment));
  if (first == contents::zeroed)
    std::memset(memory, 0, bytes);
  return {memory, [](std::byte* owned) { ::operator delete(owned, block_alignment); }};
}

block_builder::block_builder(index count, precision kind, contents first)
    : count_(count), kind_(kind) {
  expects(count >= 0);
  memory_ = large_memory(static_cast<std::size_t>(count) * bytes_of(kind), first);
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

block block::adopt(std::shared_ptr<const std::byte[]> memory, index count, precision kind,
                   std::uint64_t hash) {
  expects(count >= 0 && (count == 0 || memory != nullptr));
  expects(reinterpret_cast<std::uintptr_t>(memory.get()) % bytes_of(kind) == 0);
  block adopted;
  adopted.memory_ = std::move(memory);
  adopted.count_ = count;
  adopted.kind_ = kind;
  adopted.hash_ = hash;
  return adopted;
}

std::span<const std::byte> block::bytes() const {
  return {memory_.get(), static_cast<std::size_t>(count_) * bytes_of(kind_)};
}

block_builder copy_of(const block& source) {
  block_builder copy{source.size(), source.kind(), contents::unset};
  if (!source.empty())
    std::memcpy(copy.bytes().data(), source.bytes().data(), source.bytes().size());
  return copy;
}

}  // namespace echelon
