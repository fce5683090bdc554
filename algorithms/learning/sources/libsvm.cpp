#include "algorithms/learning/sources/libsvm.hpp"

#include <algorithm>

#include "algorithms/learning/formats/label_book.hpp"
#include "algorithms/learning/formats/limits.hpp"
#include "algorithms/learning/formats/text_file.hpp"

namespace echelon::learning {
namespace {

/// Below one written number in so many, storing all zeros is refused; small sets may be as sparse
/// as they like.
constexpr index sparsity_max = 1000;
constexpr index values_free = index{1} << 24;

struct entry {
  std::int32_t column;
  float number;
};

/// The rows as they are written: row i has the entries ends[i - 1] ... ends[i] - 1.
struct sparse_rows {
  std::vector<entry> entries;
  std::vector<std::size_t> ends;
  std::vector<float> targets;
  label_book labels;
  index width = 0;
};

/// Cuts the first word off `rest`; empty at the end.
std::string_view next_word(std::string_view& rest) {
  rest = trimmed(rest);
  const auto end = std::min(rest.find_first_of(" \t"), rest.size());
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(end);
  return word;
}

result<entry> read_entry(const text_file& text, std::string_view word, index last, index features) {
  const auto colon = word.find(':');
  const auto column = parse_integer(word.substr(0, colon));
  const auto number = colon == std::string_view::npos ? std::nullopt
                                                      : parse_number(word.substr(colon + 1));
  if (!column || !number)
    return text.refuse("{} is not index:value", excerpt(word));
  const index most = features > 0 ? features : features_max;
  if (*column < 1 || *column > most)
    return text.refuse("index {} is out of range; it must be between 1 and {}", *column, most);
  if (*column <= last)
    return text.refuse("index {} follows index {}; indices must rise", *column, last);
  return entry{static_cast<std::int32_t>(*column - 1), *number};
}

result<void> add_label(const text_file& text, std::string_view word, bool regression,
                       sparse_rows& into) {
  const auto number = parse_number(word);
  if (!number)
    return text.refuse("the label {} is not a finite number", excerpt(word));
  if (regression)
    into.targets.push_back(*number);
  else if (!into.labels.add(word.starts_with('+') ? word.substr(1) : word))
    return text.refuse("more than {} distinct labels; should task be \"regression\"?", classes_max);
  return {};
}

result<void> add_row(const text_file& text, std::string_view line, bool regression, index features,
                     sparse_rows& into) {
  ECHELON_CHECK(add_label(text, next_word(line), regression, into));
  index last = 0;
  for (std::string_view word = next_word(line); !word.empty(); word = next_word(line)) {
    if (word.starts_with("qid:"))
      continue;  // ranking data: which query the row belongs to
    ECHELON_TRY(const entry read, read_entry(text, word, last, features));
    last = index{read.column} + 1;
    into.entries.push_back(read);
  }
  into.ends.push_back(into.entries.size());
  into.width = std::max(into.width, last);
  return check_size(text.name(), std::ssize(into.ends), std::max(into.width, index{1}));
}

result<sparse_rows> read_rows(const std::string& path, bool regression, index features) {
  ECHELON_TRY(text_file text, text_file::open(path));
  sparse_rows read;
  for (;;) {
    ECHELON_TRY(const auto line, text.next_line());
    if (!line)
      break;
    const std::string_view content = trimmed(line->substr(0, line->find('#')));
    if (!content.empty())
      ECHELON_CHECK(add_row(text, content, regression, features, read));
  }
  if (features > 0)
    read.width = features;
  ECHELON_CHECK(check_size(path, std::ssize(read.ends), read.width));
  const index values = std::ssize(read.ends) * read.width;
  if (values > values_free && values / sparsity_max > std::ssize(read.entries))
    return fail(errc::bad_input,
                "{}: {} rows of {} features hold {} numbers that are not 0; rows are "
                "stored with their zeros, and fewer than one in {} is refused",
                path, read.ends.size(), read.width, read.entries.size(), sparsity_max);
  return read;
}

}  // namespace

std::vector<parameter> libsvm::declared() {
  return {{.name = "path",
           .kind = value_kind::text,
           .fallback = {},
           .summary = "the file",
           .required = true},
          {.name = "features",
           .kind = value_kind::integer,
           .fallback = value{0},
           .summary = "how many there are; 0: as many as the largest index says",
           .least = 0,
           .most = static_cast<double>(features_max)},
          {.name = "task",
           .kind = value_kind::text,
           .fallback = value{"classification"},
           .summary = "what the labels are: classes or numbers",
           .choices = {"classification", "regression"}}};
}

result<libsvm> libsvm::make(const parameters& given) {
  return libsvm{given.text("path"), given.integer("features"), given.text("task") == "regression"};
}

result<loaded_data> libsvm::load() const {
  ECHELON_TRY(sparse_rows read, read_rows(path_, regression_, features_));
  dataset samples{.name = path_,
                  .shape = {1, 1, read.width},
                  .count = std::ssize(read.ends),
                  .classes = read.labels.classes(),
                  .targets = std::move(read.targets)};
  samples.labels = read.labels.numbered();
  samples.features.resize(static_cast<std::size_t>(samples.count * read.width));
  std::size_t next = 0;
  for (std::size_t row = 0; row < read.ends.size(); ++row)
    for (; next < read.ends[row]; ++next)
      samples.features[row * static_cast<std::size_t>(read.width) +
                       static_cast<std::size_t>(read.entries[next].column)] = read.entries[next]
                                                                                  .number;
  return loaded_data{std::move(samples), std::nullopt};
}

}  // namespace echelon::learning
