#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace echelon {

/// Immutable, reference-counted bytes that mean nothing to whoever carries them: a scenario's text,
/// a shipped dataset. Copying shares the memory. The hash is taken once.
class blob {
public:
  blob() = default;

  /// Cost: one copy and one pass for the hash.
  static blob copy(std::span<const std::byte> bytes);
  /// Memory that nobody changes from now on, and its `hash_bytes`. Cost: none.
  static blob adopt(std::shared_ptr<const std::byte[]> memory, std::size_t size,
                    std::uint64_t hash);

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  std::uint64_t hash() const { return hash_; }
  std::span<const std::byte> bytes() const { return {memory_.get(), size_}; }
  std::string_view text() const;
  const std::shared_ptr<const std::byte[]>& memory() const { return memory_; }

private:
  std::shared_ptr<const std::byte[]> memory_;
  std::size_t size_ = 0;
  std::uint64_t hash_ = 0;
};

}  // namespace echelon
