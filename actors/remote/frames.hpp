#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <caf/meta/type_name.hpp>

#include "actors/remote/bounded_reader.hpp"
#include "actors/remote/gather.hpp"
#include "actors/remote/wire_error.hpp"

/// The heads of what two gateways say to each other. Each begins with its kind and the moment it
/// was sent, by the sender's clock. Whoever binds a name chooses a number for it, and asks under
/// numbers of its own.
namespace echelon::remote {

inline constexpr std::uint8_t protocol_version = 1;
inline constexpr std::size_t name_bytes_max = 64;
inline constexpr std::size_t clauses_max = 64;

/// The values are part of the protocol.
enum class frame_kind : std::uint8_t {
  bind = 1,  ///< I want to speak to your actor of that name
  bound,     ///< you may
  gone,      ///< you may not, or no longer
  plain,     ///< a message to it
  ask,       ///< a message that wants an answer
  answer,
  failure,  ///< instead of an answer
  forget,   ///< the answer to that is no longer wanted
  ending,   ///< end it
};

inline bool is_known(frame_kind kind) {
  return kind >= frame_kind::bind && kind <= frame_kind::ending;
}

struct frame_prefix {
  frame_kind kind{};
  std::int64_t sent_ns = 0;
};

struct bind_frame {
  std::uint8_t protocol = protocol_version;
  std::uint32_t number = 0;
  std::string name;
  std::vector<std::uint64_t> keys;  ///< of the clauses it is to have
};

struct bound_frame {
  std::uint32_t number = 0;
};

/// Also `ending`, with the reason that it is to end for.
struct gone_frame {
  std::uint32_t number = 0;
  wire_error reason;
};

/// Before the message's values.
struct plain_frame {
  std::uint32_t number = 0;
  std::uint64_t key = 0;
};

struct ask_frame {
  std::uint32_t number = 0;
  std::uint64_t key = 0;
  std::uint64_t ask = 0;
  std::int64_t remaining_ns = 0;  ///< until nobody waits for the answer
};

/// Before the answer's values; alone: `forget`.
struct answer_frame {
  std::uint64_t ask = 0;
};

struct failure_frame {
  std::uint64_t ask = 0;
  wire_error reason;
};

#define ECHELON_FRAME(type, ...)                                   \
  template <class Inspector>                                       \
  typename Inspector::result_type inspect(Inspector& f, type& x) { \
    return f(caf::meta::type_name(#type), __VA_ARGS__);            \
  }

ECHELON_FRAME(frame_prefix, x.kind, x.sent_ns)
ECHELON_FRAME(bind_frame, x.protocol, x.number, x.name, x.keys)
ECHELON_FRAME(bound_frame, x.number)
ECHELON_FRAME(gone_frame, x.number, x.reason)
ECHELON_FRAME(plain_frame, x.number, x.key)
ECHELON_FRAME(ask_frame, x.number, x.key, x.ask, x.remaining_ns)
ECHELON_FRAME(answer_frame, x.ask)
ECHELON_FRAME(failure_frame, x.ask, x.reason)

#undef ECHELON_FRAME

}  // namespace echelon::remote
