#include "algorithms/learning/formats/text_file.hpp"

#include <charconv>
#include <cmath>

namespace echelon::learning {
namespace {

constexpr std::size_t step_bytes = 1 << 18;

template <class Number>
std::optional<Number> parse(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with('+') && !text.starts_with("+-"))
    text.remove_prefix(1);
  Number number{};
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return number;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::optional<float> parse_number(std::string_view text) {
  // Through double: what is too small for a float becomes 0, and only what is too large is refused.
  const auto number = parse<double>(text);
  if (!number || !std::isfinite(static_cast<float>(*number)))
    return std::nullopt;
  return static_cast<float>(*number);
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  return parse<std::int64_t>(text);
}

std::string excerpt(std::string_view text) {
  constexpr std::size_t shown_max = 40;
  std::string shown = "\"";
  for (const char letter : text.substr(0, shown_max))
    shown += static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f ? '?' : letter;
  return shown + (text.size() > shown_max ? "...\"" : "\"");
}

result<text_file> text_file::open(const std::filesystem::path& path) {
  ECHELON_TRY(input_file file, input_file::open(path));
  text_file opened{std::move(file)};
  ECHELON_CHECK(opened.refill());
  if (opened.buffer_.starts_with("\xef\xbb\xbf"))
    opened.start_ = 3;
  return opened;
}

result<bool> text_file::refill() {
  buffer_.erase(0, start_);
  start_ = 0;
  const std::size_t kept = buffer_.size();
  buffer_.resize(kept + step_bytes);
  ECHELON_TRY(const std::size_t got,
              file_.read(std::as_writable_bytes(std::span{buffer_}.subspan(kept))));
  buffer_.resize(kept + got);
  return got > 0;
}

result<std::optional<std::string_view>> text_file::next_line() {
  ++line_;
  std::size_t searched = start_;
  std::size_t end = buffer_.find('\n', searched);
  while (end == std::string::npos) {
    searched = buffer_.size() - start_;
    if (searched > line_bytes_max)
      return refuse("the line is longer than {} bytes", line_bytes_max);
    ECHELON_TRY(const bool more, refill());
    if (!more)
      break;
    end = buffer_.find('\n', searched);
  }
  if (end == std::string::npos && start_ == buffer_.size())
    return std::nullopt;
  std::string_view line{buffer_};
  line = line.substr(start_, end == std::string::npos ? std::string::npos : end - start_);
  start_ = end == std::string::npos ? buffer_.size() : end + 1;
  if (line.ends_with('\r'))
    line.remove_suffix(1);
  if (line.find('\0') != std::string_view::npos)
    return refuse("holds a byte 0; this is not a text file");
  return line;
}

}  // namespace echelon::learning
