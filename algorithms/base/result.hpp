#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/core.h>

namespace echelon {

/// What kind of thing went wrong; the detail of an error says which thing and which numbers.
enum class errc : std::uint8_t {
  bad_input,            ///< a file, scenario or argument is not what it must be
  not_found,            ///< a file or a name does not exist
  not_supported,        ///< a legal request that cannot be combined with another one
  too_many_stragglers,  ///< fewer answers than decoding needs can still arrive
  diverged,             ///< a loss or gradient is not finite
  cannot_write,         ///< an output could not be written
  interrupted,          ///< the user asked to stop
  timed_out,            ///< a limit on time was reached
  unreachable,          ///< a peer could not be reached or refused
};

std::string_view to_string(errc code);

/// A failure that can happen: its kind, and one sentence naming the thing and the numbers.
struct error {
  errc code;
  std::string detail;

  bool operator==(const error&) const = default;
};

/// A value or the error that prevented it.
template <class T>
using result = std::expected<T, error>;

/// Makes the error side of any result; `format` as fmt takes it.
template <class... Args>
[[nodiscard]] std::unexpected<error> fail(errc code, fmt::format_string<Args...> format,
                                          Args&&... args) {
  return std::unexpected(error{code, fmt::format(format, std::forward<Args>(args)...)});
}

/// Passes an error on unchanged to a result of another type.
template <class T>
[[nodiscard]] std::unexpected<error> pass_on(result<T>&& failed) {
  return std::unexpected(std::move(failed).error());
}

}  // namespace echelon

#define ECHELON_JOIN_(a, b) a##b
#define ECHELON_JOIN(a, b) ECHELON_JOIN_(a, b)

/// ECHELON_TRY(auto x, f()): x is f's value, or this function returns f's error.
#define ECHELON_TRY(declaration, expression) \
  ECHELON_TRY_(ECHELON_JOIN(echelon_result_, __LINE__), declaration, expression)
#define ECHELON_TRY_(name, declaration, expression)  \
  auto name = (expression);                          \
  if (!name)                                         \
    return std::unexpected(std::move(name).error()); \
  declaration = *std::move(name)

/// ECHELON_CHECK(f()): this function returns f's error, if it has one.
#define ECHELON_CHECK(expression)                                 \
  do {                                                            \
    if (auto echelon_checked = (expression); !echelon_checked)    \
      return std::unexpected(std::move(echelon_checked).error()); \
  } while (false)
