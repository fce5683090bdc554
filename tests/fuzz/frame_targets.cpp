#include <algorithm>
#include <optional>

#include "algorithms/base/contract.hpp"
#include "net/link/frame_assembler.hpp"
#include "net/link/greeting.hpp"
#include "net/link/receiver.hpp"
#include "net/link/wire.hpp"
#include "tests/fuzz/frames.hpp"

namespace echelon::fuzz {
namespace {

constexpr std::size_t plan_bytes = 4096;  // what the plan says that bodies take at most

/// Counts what is handed on; gives room for what the plan says, and for nothing else.
struct counting_reader final : net::link_reader {
  result<std::vector<net::landing>> make_room(bytes, std::span<const std::size_t> sizes) override {
    std::vector<net::landing> rooms;
    for (const std::size_t size : sizes) {
      if (size > plan_bytes)
        return fail(errc::bad_input, "too large");
      rooms.push_back({std::make_shared<std::byte[]>(size), size});
    }
    return rooms;
  }
  void on_message(bytes head, std::vector<net::body> bodies) override {
    expects(head.size() <= net::head_bytes_max && bodies.size() <= net::bodies_max);
    for (const net::body& each : bodies)
      expects(each.size <= plan_bytes && each.hash == hash_bytes({each.memory.get(), each.size}));
  }
  void on_health(net::health) override {}
  void on_closed(const error&) override {}
};

/// The receiving half of a link, as a conversation drives it.
struct receiving final : net::frame_consumer {
  receiving() { half.read_with(&reader); }

  result<std::span<std::byte>> chunk_room(const net::frame_header& header) override {
    return half.chunk_room(header);
  }
  void chunk_grew(std::size_t count) override { half.chunk_grew(count); }
  result<void> frame_came(const net::frame_header& header, bytes payload) override {
    using enum net::frame_kind;
    switch (header.kind) {
      case message: return half.message_came(header, payload);
      case open: return half.open_came(header, payload);
      case chunk: return half.chunk_ended(header);
      case refused: {
        ECHELON_TRY([[maybe_unused]] const bool news, half.refused_came(header));
        return {};
      }
      default: return {};
    }
  }

  counting_reader reader;
  net::receiver half;
};

result<void> pour(net::frame_assembler& into, bytes from) {
  while (!from.empty()) {
    const auto room = into.room();
    expects(!room.empty());
    const std::size_t count = std::min(room.size(), from.size());
    std::ranges::copy(from.first(count), room.begin());
    from = from.subspan(count);
    ECHELON_CHECK(into.took(count));
  }
  return {};
}

template <class Greeting>
void try_greeting(result<Greeting> read, bytes input) {
  if (read)
    expects(std::ranges::equal(net::encode(*read), input));
}

}  // namespace

/// A stream after its handshake, frame by frame, as it comes or with its checksums put right.
void feed_frames(bytes input) {
  receiving end;
  net::frame_assembler frames{end};
  if (!input.empty() && input.front() == std::byte{0})
    static_cast<void>(pour(frames, input.subspan(1)));
  else
    static_cast<void>(pour(frames, mended_frames(input)));
}

/// What is accepted is what would be written: there is one way to say each thing.
void feed_greetings(bytes input) {
  try_greeting(net::decode_hello(input), input);
  try_greeting(net::decode_welcome(input), input);
  if (const auto refused = net::decode_refusal(input))
    expects(net::decode_refusal(net::encode(*refused)) == *refused);
}

}  // namespace echelon::fuzz
