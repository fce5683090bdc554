#pragma once

#include <vector>

#include <asio/awaitable.hpp>

#include "net/link/frame.hpp"
#include "net/stream.hpp"

namespace echelon::net {

/// A whole frame of the handshake.
struct greeting {
  frame_header header;
  std::vector<std::byte> payload;
};

/// The next frame, which must be a hello, a welcome or a refusal: nothing longer is read, and
/// nothing beyond it. Errors: those of the stream; what came instead.
asio::awaitable<result<greeting>> read_greeting(stream& from);

asio::awaitable<result<void>> write_greeting(stream& to, frame_kind kind,
                                             std::vector<std::byte> payload);

}  // namespace echelon::net
