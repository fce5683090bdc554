#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "algorithms/base/result.hpp"

namespace echelon::net {

inline constexpr std::size_t name_bytes_max = 255;

/// What one end has received, so that the other knows where to go on.
struct receipts {
  std::uint64_t sequence = 0;  ///< the last control frame
  std::uint64_t position = 0;  ///< the first byte of the bulk lane that has not come

  bool operator==(const receipts&) const = default;
};

/// How whoever dialled introduces itself.
struct hello {
  std::string name;
  std::string expected;           ///< whom it wants to reach; empty: anybody
  std::uint64_t incarnation = 0;  ///< grows each time a process of that name starts
  std::uint64_t attempt = 0;      ///< grows with each hello of a process: none is taken twice
  std::uint64_t link = 0;         ///< which one: a new one's name, or the one to go on with
  std::uint64_t over = 0;         ///< a link of theirs that it knows to be over; 0: none
  std::uint32_t stream = 0;       ///< 0: a new link; n: the n-th stream after its first
  receipts received;

  bool operator==(const hello&) const = default;
};

struct welcome {
  std::string name;
  std::uint64_t incarnation = 0;
  std::uint64_t link = 0;
  std::uint32_t stream = 0;
  receipts received;

  bool operator==(const welcome&) const = default;
};

enum class refusal_kind : std::uint8_t {
  stranger = 1,    ///< not admitted, or not who it says
  wrong_peer,      ///< it wanted to reach somebody else
  outdated,        ///< of an older incarnation, or a hello or stream that has been followed
  already_linked,  ///< `link` connects both already
  unknown_link,    ///< the link to go on with is over
  busy,            ///< try again later
};

struct refusal {
  refusal_kind kind{};
  std::uint64_t link = 0;
  std::uint32_t stream = 0;  ///< the number that the next try must exceed
  std::string name;          ///< whose; empty where strangers need not know
  std::string reason;

  bool operator==(const refusal&) const = default;
};

std::vector<std::byte> encode(const hello& what);
std::vector<std::byte> encode(const welcome& what);
std::vector<std::byte> encode(const refusal& what);

/// Errors: bad_input for what is truncated, too long, or names nobody.
result<hello> decode_hello(std::span<const std::byte> bytes);
result<welcome> decode_welcome(std::span<const std::byte> bytes);
result<refusal> decode_refusal(std::span<const std::byte> bytes);

/// Whether it may name a process: 1 to 255 printable ASCII characters.
bool legal_name(const std::string& name);
/// Text from outside as a log may show it: printable, and not long.
std::string printable(std::string text);

}  // namespace echelon::net
