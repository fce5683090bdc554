#include "net/address.hpp"

#include <algorithm>
#include <charconv>

namespace echelon::net {
namespace {

constexpr std::size_t host_bytes_max = 253;  // of a name, by RFC 1035

bool fits_host(std::string_view host) {
  return host.size() <= host_bytes_max && std::ranges::all_of(host, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '.' || c == '-' || c == '_' || c == ':' || c == '%';
         });
}

/// What a message may repeat of a text that somebody else wrote.
std::string_view shown(std::string_view text) { return text.substr(0, host_bytes_max); }

}  // namespace

result<address> parse_address(std::string_view text) {
  const bool bracketed = text.starts_with('[');
  const std::size_t end = bracketed ? text.find(']') : text.rfind(':');
  const std::size_t colon = bracketed && end != text.npos ? end + 1 : end;
  if (colon >= text.size() || text[colon] != ':')
    return fail(errc::bad_input, "\"{}\" is no address; write HOST:PORT or [IPv6]:PORT",
                shown(text));
  const std::string_view host = bracketed ? text.substr(1, end - 1) : text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  if (host.empty())
    return fail(errc::bad_input,
                "\"{}\" has no host; 127.0.0.1:{} is this machine alone, 0.0.0.0:{} or [::]:{} "
                "every interface of it",
                shown(text), shown(digits), shown(digits), shown(digits));
  if (!bracketed && host.contains(':'))
    return fail(errc::bad_input, "\"{}\" is ambiguous; write an IPv6 address as [{}]:{}",
                shown(text), shown(host), shown(digits));
  if (!fits_host(host))
    return fail(errc::bad_input, "\"{}\" is no address: no host has such a name", shown(text));
  address where{std::string{host}, 0};
  const char* last = digits.data() + digits.size();
  const auto [stop, failed] = std::from_chars(digits.data(), last, where.port);
  if (failed != std::errc{} || stop != last)
    return fail(errc::bad_input, "\"{}\" has no port between 0 and 65535 after the last colon",
                shown(text));
  return where;
}

std::string to_string(const address& where) {
  if (where.host.contains(':'))
    return fmt::format("[{}]:{}", where.host, where.port);
  return fmt::format("{}:{}", where.host, where.port);
}

std::string beside(const std::string& local) {
  const auto where = parse_address(local);
  return where ? to_string(address{where->host, 0}) : local;
}

}  // namespace echelon::net
