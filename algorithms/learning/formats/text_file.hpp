#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "algorithms/base/types.hpp"
#include "algorithms/learning/formats/input_file.hpp"

namespace echelon::learning {

/// The longest line that is read, and the longest quoted field.
inline constexpr std::size_t line_bytes_max = std::size_t{1} << 24;

/// A text file, plain or gzip, line by line; ends of lines are LF or CRLF, a byte-order mark is
/// skipped. Errors: an unreadable file, a line that is too long, a byte 0 (no text holds one).
class text_file {
public:
  static result<text_file> open(const std::filesystem::path& path);

  const std::string& name() const { return file_.name(); }
  /// The number of the line that `next_line` gave last, from 1.
  index line() const { return line_; }
  /// Valid until the next call; nullopt at the end. A last line without LF counts.
  result<std::optional<std::string_view>> next_line();

  /// "FILE:LINE: <sentence>" for the present line.
  template <class... Args>
  [[nodiscard]] std::unexpected<error> refuse(fmt::format_string<Args...> format,
                                              Args&&... args) const {
    return fail(errc::bad_input, "{}:{}: {}", name(), line_,
                fmt::format(format, std::forward<Args>(args)...));
  }

private:
  explicit text_file(input_file file) : file_(std::move(file)) {}
  /// Moves what is unread to the front and reads more behind it; false at the end of the file.
  result<bool> refill();

  input_file file_;
  std::string buffer_;
  std::size_t start_ = 0;  ///< of what is unread in the buffer
  index line_ = 0;
};

/// A finite number that fills all of `text` but for blanks round it.
std::optional<float> parse_number(std::string_view text);
/// Likewise, a whole number.
std::optional<std::int64_t> parse_integer(std::string_view text);
/// Without blanks at both ends.
std::string_view trimmed(std::string_view text);
/// For refusals: quoted, and cut where it is long.
std::string excerpt(std::string_view text);

}  // namespace echelon::learning
