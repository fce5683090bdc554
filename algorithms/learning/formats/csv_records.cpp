#include "algorithms/learning/formats/csv_records.hpp"

namespace echelon::learning {

result<csv_records> csv_records::open(const std::filesystem::path& path, char separator) {
  ECHELON_TRY(text_file text, text_file::open(path));
  return csv_records{std::move(text), separator};
}

result<bool> csv_records::next() {
  for (;;) {
    ECHELON_TRY(const auto line, text_.next_line());
    if (!line)
      return false;
    if (!trimmed(*line).empty())
      return split(*line);
  }
}

/// Reads up to the closing quote and returns what follows it.
result<std::string_view> csv_records::quoted_field(std::string_view rest, std::string& field) {
  const index opened = text_.line();
  for (;;) {
    const auto quote = rest.find('"');
    field.append(rest.substr(0, quote));
    if (quote == std::string_view::npos) {
      field += '\n';
      ECHELON_TRY(const auto line, text_.next_line());
      if (!line || field.size() > line_bytes_max)
        return fail(errc::bad_input, "{}:{}: a quoted field is never closed", text_.name(), opened);
      rest = *line;
      continue;
    }
    rest.remove_prefix(quote + 1);
    if (!rest.starts_with('"'))
      return rest;
    field += '"';
    rest.remove_prefix(1);
  }
}

result<bool> csv_records::split(std::string_view line) {
  std::size_t used = 0;
  for (;;) {
    // Fields keep their memory from record to record: a big table is mostly this loop.
    if (used == fields_.size())
      fields_.emplace_back();
    std::string& field = fields_[used++];
    field.clear();
    if (trimmed(line).starts_with('"')) {
      line.remove_prefix(line.find('"') + 1);
      ECHELON_TRY(line, quoted_field(line, field));
      if (!trimmed(line.substr(0, line.find(separator_))).empty())
        return text_.refuse("{} follows the closing quote of field {}", excerpt(line), used);
    } else {
      field.assign(trimmed(line.substr(0, line.find(separator_))));
    }
    const auto end = line.find(separator_);
    if (end == std::string_view::npos)
      break;
    line.remove_prefix(end + 1);
  }
  fields_.resize(used);
  return true;
}

}  // namespace echelon::learning
