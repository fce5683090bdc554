#include "net/link/greeting.hpp"

#include <algorithm>

#include "net/link/wire.hpp"

namespace echelon::net {
namespace {

bool is_printable(char letter) { return letter >= ' ' && letter <= '~'; }

void put(wire_writer& to, const receipts& received) {
  to.put(received.sequence);
  to.put(received.position);
}

receipts take_receipts(wire_reader& from) {
  receipts received;
  received.sequence = from.take<std::uint64_t>();
  received.position = from.take<std::uint64_t>();
  return received;
}

}  // namespace

bool legal_name(const std::string& name) {
  return !name.empty() && name.size() <= name_bytes_max && std::ranges::all_of(name, is_printable);
}

std::string printable(std::string text) {
  text.resize(std::min(text.size(), name_bytes_max));
  std::ranges::replace_if(
      text, [](char letter) { return !is_printable(letter); }, '?');
  return text;
}

std::vector<std::byte> encode(const hello& what) {
  std::vector<std::byte> bytes;
  wire_writer to{bytes};
  to.put_text(what.name);
  to.put_text(what.expected);
  to.put(what.incarnation);
  to.put(what.attempt);
  to.put(what.link);
  to.put(what.over);
  to.put(what.stream);
  put(to, what.received);
  return bytes;
}

result<hello> decode_hello(std::span<const std::byte> bytes) {
  wire_reader from{bytes};
  hello what;
  what.name = from.take_text();
  what.expected = from.take_text();
  what.incarnation = from.take<std::uint64_t>();
  what.attempt = from.take<std::uint64_t>();
  what.link = from.take<std::uint64_t>();
  what.over = from.take<std::uint64_t>();
  what.stream = from.take<std::uint32_t>();
  what.received = take_receipts(from);
  const bool sound = legal_name(what.name) && (what.expected.empty() || legal_name(what.expected));
  if (!from.finished() || !sound || what.link == 0)
    return fail(errc::bad_input, "its hello of {} bytes makes no sense", bytes.size());
  return what;
}

std::vector<std::byte> encode(const welcome& what) {
  std::vector<std::byte> bytes;
  wire_writer to{bytes};
  to.put_text(what.name);
  to.put(what.incarnation);
  to.put(what.link);
  to.put(what.stream);
  put(to, what.received);
  return bytes;
}

result<welcome> decode_welcome(std::span<const std::byte> bytes) {
  wire_reader from{bytes};
  welcome what;
  what.name = from.take_text();
  what.incarnation = from.take<std::uint64_t>();
  what.link = from.take<std::uint64_t>();
  what.stream = from.take<std::uint32_t>();
  what.received = take_receipts(from);
  if (!from.finished() || !legal_name(what.name))
    return fail(errc::bad_input, "its welcome of {} bytes makes no sense", bytes.size());
  return what;
}

std::vector<std::byte> encode(const refusal& what) {
  std::vector<std::byte> bytes;
  wire_writer to{bytes};
  to.put(static_cast<std::uint8_t>(what.kind));
  to.put(what.link);
  to.put(what.stream);
  to.put_text(what.name);
  to.put_text(what.reason);
  return bytes;
}

result<refusal> decode_refusal(std::span<const std::byte> bytes) {
  wire_reader from{bytes};
  refusal what;
  const auto kind = from.take<std::uint8_t>();
  what.link = from.take<std::uint64_t>();
  what.stream = from.take<std::uint32_t>();
  what.name = from.take_text();
  what.reason = printable(from.take_text());
  const bool known = kind >= static_cast<std::uint8_t>(refusal_kind::stranger) &&
                     kind <= static_cast<std::uint8_t>(refusal_kind::busy);
  if (!from.finished() || !known || !(what.name.empty() || legal_name(what.name)))
    return fail(errc::bad_input, "its refusal of {} bytes makes no sense", bytes.size());
  what.kind = static_cast<refusal_kind>(kind);
  return what;
}

}  // namespace echelon::net
