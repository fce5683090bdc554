#pragma once

#include <atomic>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>

#include "net/link.hpp"

namespace echelon::remote {

/// Falls when what it counts is gone, on whichever thread that happens.
using tally = std::shared_ptr<std::atomic<std::size_t>>;

/// Memory for large values that arrive. What is let go is kept for the next value of its size:
/// every round brings the same sizes, and fresh pages cost about as much as the network. Thread-
/// safe; outlives the gateway in the values themselves.
class landing_pool : public std::enable_shared_from_this<landing_pool> {
public:
  explicit landing_pool(std::size_t spare_bytes_max) : spare_bytes_max_(spare_bytes_max) {}

  /// Adds to `count` until the last reference to the memory goes.
  net::landing take(std::size_t bytes, tally count);
  std::size_t spare_bytes() const;

private:
  struct spare {
    std::shared_ptr<std::byte[]> memory;
    std::size_t bytes = 0;
  };

  std::shared_ptr<std::byte[]> find(std::size_t bytes);
  void keep(spare what);

  const std::size_t spare_bytes_max_;
  mutable std::mutex mutex_;  // guards the two below
  std::deque<spare> spares_;  ///< the oldest first
  std::size_t spare_bytes_ = 0;
};

}  // namespace echelon::remote
