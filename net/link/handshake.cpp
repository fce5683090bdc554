#include "net/link/handshake.hpp"

#include "net/link/batch.hpp"

namespace echelon::net {
namespace {

asio::awaitable<result<void>> fill_from(stream& from, std::span<std::byte> into) {
  while (!into.empty()) {
    result<std::size_t> got = co_await from.read_some(into);
    if (!got)
      co_return pass_on(std::move(got));
    into = into.subspan(*got);
  }
  co_return result<void>{};
}

bool greets(frame_kind kind) {
  return kind == frame_kind::hello || kind == frame_kind::welcome || kind == frame_kind::refuse;
}

}  // namespace

asio::awaitable<result<greeting>> read_greeting(stream& from) {
  header_bytes bytes;
  result<void> read = co_await fill_from(from, bytes);
  if (!read)
    co_return pass_on(std::move(read));
  result<frame_header> header = decode_header(bytes);
  if (!header)
    co_return pass_on(std::move(header));
  if (!greets(header->kind))
    co_return fail(errc::bad_input, "it began with a \"{}\"", to_string(header->kind));
  greeting come{*header, std::vector<std::byte>(header->length)};
  read = co_await fill_from(from, come.payload);
  if (read)
    read = check_payload(come.header, come.payload);
  if (!read)
    co_return pass_on(std::move(read));
  co_return come;
}

asio::awaitable<result<void>> write_greeting(stream& to, frame_kind kind,
                                             std::vector<std::byte> payload) {
  batch out;
  out.add({.kind = kind,
           .length = static_cast<std::uint32_t>(payload.size()),
           .payload_checksum = checksum(payload)},
          payload);
  result<void> written = co_await to.write(out.parts());
  co_return written;
}

}  // namespace echelon::net
