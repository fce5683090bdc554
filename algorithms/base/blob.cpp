#include "algorithms/base/blob.hpp"

#include <algorithm>

#include "algorithms/base/block.hpp"
#include "algorithms/base/contract.hpp"
#include "algorithms/base/hash.hpp"

namespace echelon {

blob blob::copy(std::span<const std::byte> bytes) {
  const std::shared_ptr<std::byte[]> memory = large_memory(bytes.size(), contents::unset);
  std::ranges::copy(bytes, memory.get());
  return adopt(memory, bytes.size(), hash_bytes(bytes));
}

blob blob::adopt(std::shared_ptr<const std::byte[]> memory, std::size_t size, std::uint64_t hash) {
  expects(size == 0 || memory != nullptr);
  blob adopted;
  adopted.memory_ = std::move(memory);
  adopted.size_ = size;
  adopted.hash_ = hash;
  return adopted;
}

std::string_view blob::text() const {
  return {reinterpret_cast<const char*>(memory_.get()), size_};
}

}  // namespace echelon
