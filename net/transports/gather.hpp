#pragma once

#include <algorithm>
#include <array>
#include <span>

#include <asio/buffer.hpp>

namespace echelon::net {

/// What is left of a list of buffers while it is written piece by piece, without changing the list.
class gather {
public:
  explicit gather(std::span<const asio::const_buffer> buffers) : rest_{buffers} { skip_empty(); }

  bool empty() const { return rest_.empty(); }
  /// The unwritten part of the first one; none may be empty().
  asio::const_buffer front() const { return rest_.front() + done_of_first_; }

  /// As many as one call of the system takes.
  std::span<const asio::const_buffer> next() {
    const std::size_t count = std::min(rest_.size(), batch_.size());
    std::copy_n(rest_.begin(), count, batch_.begin());
    batch_[0] = front();
    return {batch_.data(), count};
  }

  void consume(std::size_t bytes) {
    done_of_first_ += bytes;
    while (!rest_.empty() && done_of_first_ >= rest_.front().size()) {
      done_of_first_ -= rest_.front().size();
      rest_ = rest_.subspan(1);
    }
  }

private:
  void skip_empty() { consume(0); }

  std::span<const asio::const_buffer> rest_;
  std::size_t done_of_first_ = 0;
  std::array<asio::const_buffer, 16> batch_;
};

}  // namespace echelon::net
