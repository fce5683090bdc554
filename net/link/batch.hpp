#pragma once

#include <array>
#include <memory>
#include <span>
#include <vector>

#include <asio/buffer.hpp>

#include "algorithms/base/contract.hpp"
#include "net/link/frame.hpp"

namespace echelon::net {

/// Frames that are written at once: their headers, and the memory their payloads lie in, which is
/// kept until `clear`.
class batch {
public:
  /// Two places stay free for frames that must go with the others.
  bool full() const { return count_ + 2 >= frames_max; }
  bool empty() const { return count_ == 0; }
  std::size_t bytes() const { return bytes_; }
  std::span<const asio::const_buffer> parts() const { return parts_; }

  /// `payload` is as long as the header says.
  void add(const frame_header& header, std::span<const std::byte> payload = {},
           std::shared_ptr<const void> keeps = nullptr) {
    expects(count_ < frames_max && payload.size() == header.length);
    headers_[count_] = encode(header);
    parts_.emplace_back(headers_[count_].data(), frame_header_bytes);
    if (!payload.empty())
      parts_.emplace_back(payload.data(), payload.size());
    if (keeps)
      kept_.push_back(std::move(keeps));
    bytes_ += frame_header_bytes + payload.size();
    ++count_;
  }
  void clear() {
    parts_.clear();
    kept_.clear();
    bytes_ = count_ = 0;
  }

private:
  /// Twice as many buffers as one system call takes on most systems are no gain.
  static constexpr std::size_t frames_max = 32;

  std::array<header_bytes, frames_max> headers_;
  std::vector<asio::const_buffer> parts_;
  std::vector<std::shared_ptr<const void>> kept_;
  std::size_t count_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace echelon::net
