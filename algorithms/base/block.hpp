#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

#include "algorithms/base/contract.hpp"
#include "algorithms/base/types.hpp"

namespace echelon {

template <class Scalar>
inline constexpr precision precision_of = sizeof(Scalar) == sizeof(float) ? precision::single
                                                                          : precision::double_;

/// What new memory holds: `unset` is for those who write all of it before they read any.
enum class contents : unsigned char { zeroed, unset };

/// Memory for a large value, 64-byte aligned. Cost: one allocation; `unset` memory is not touched.
std::shared_ptr<std::byte[]> large_memory(std::size_t bytes, contents first);

/// Writable memory for one large value, 64-byte aligned; becomes a block by `freeze`.
class block_builder {
public:
  block_builder() = default;
  block_builder(index count, precision kind, contents first = contents::zeroed);

  index size() const { return count_; }
  precision kind() const { return kind_; }
  std::span<std::byte> bytes();

  template <class Scalar>
  std::span<Scalar> as() {
    expects(kind_ == precision_of<Scalar>);
    return {reinterpret_cast<Scalar*>(memory_.get()), static_cast<std::size_t>(count_)};
  }
  template <class Scalar>
  std::span<const Scalar> as() const {
    expects(kind_ == precision_of<Scalar>);
    return {reinterpret_cast<const Scalar*>(memory_.get()), static_cast<std::size_t>(count_)};
  }

private:
  friend class block;
  std::shared_ptr<std::byte[]> memory_;
  index count_ = 0;
  precision kind_ = precision::single;
};

/// An immutable, reference-counted vector of floats or doubles: parameters, gradients, messages.
/// Copying shares the memory. The hash is taken once, when the block is frozen.
class block {
public:
  block() = default;

  /// Cost: one pass over the memory for the hash; no copy.
  static block freeze(block_builder builder);
  /// What arrived from elsewhere, with the hash that was checked on the way. `memory` is aligned as
  /// `large_memory` aligns it, and nobody changes it from now on. Cost: none.
  static block adopt(std::shared_ptr<const std::byte[]> memory, index count, precision kind,
                     std::uint64_t hash);

  index size() const { return count_; }
  bool empty() const { return count_ == 0; }
  precision kind() const { return kind_; }
  std::uint64_t hash() const { return hash_; }
  std::span<const std::byte> bytes() const;
  /// The memory itself, for those who hold it longer than the block.
  const std::shared_ptr<const std::byte[]>& memory() const { return memory_; }

  template <class Scalar>
  std::span<const Scalar> as() const {
    expects(kind_ == precision_of<Scalar>);
    return {reinterpret_cast<const Scalar*>(memory_.get()), static_cast<std::size_t>(count_)};
  }

private:
  std::shared_ptr<const std::byte[]> memory_;
  index count_ = 0;
  precision kind_ = precision::single;
  std::uint64_t hash_ = 0;
};

/// The same numbers, to be changed. Cost: one copy.
block_builder copy_of(const block& source);

constexpr std::size_t bytes_of(precision kind) {
  return kind == precision::single ? sizeof(float) : sizeof(double);
}

/// Calls `use(Scalar{})` with float or double, as the kind says, and returns what it returns.
template <class Use>
decltype(auto) with_scalar(precision kind, Use&& use) {
  return kind == precision::single ? use(float{}) : use(double{});
}

}  // namespace echelon
