#pragma once

#include <cstdint>
#include <string>

#include <caf/error.hpp>
#include <caf/meta/type_name.hpp>

namespace echelon::remote {

/// An actor's error as it crosses: CAF's own would bring any message as its context.
struct wire_error {
  std::uint8_t code = 0;
  std::string category;  ///< at most 10 letters
  std::string text;      ///< at most `error_text_max` bytes
};

inline constexpr std::size_t error_text_max = 1024;

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, wire_error& x) {
  return f(caf::meta::type_name("wire_error"), x.code, x.category, x.text);
}

wire_error to_wire(const caf::error& what);
/// Never none: what claims to be none, or has no known form, is sec::runtime_error.
caf::error from_wire(const wire_error& what);

}  // namespace echelon::remote
