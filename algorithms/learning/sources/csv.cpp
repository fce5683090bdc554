#include "algorithms/learning/sources/csv.hpp"

#include <algorithm>

#include "algorithms/learning/formats/csv_records.hpp"
#include "algorithms/learning/formats/label_book.hpp"
#include "algorithms/learning/formats/limits.hpp"

namespace echelon::learning {
namespace {

/// Which columns of the header are which.
struct layout {
  std::vector<std::string> columns;
  std::size_t label = 0;
  std::size_t group = std::string::npos;

  index features() const { return std::ssize(columns) - 1 - (group == std::string::npos ? 0 : 1); }
};

result<std::size_t> column_index(const csv_records& reader, std::string_view key,
                                 const std::string& name) {
  const auto& columns = reader.fields();
  const auto found = std::ranges::find(columns, name);
  if (found == columns.end())
    return reader.text().refuse("has no column {}, which `{}` names{}", excerpt(name), key,
                                suggestion(name, columns));
  return static_cast<std::size_t>(found - columns.begin());
}

result<layout> read_header(csv_records& reader, const std::string& label,
                           const std::string& group) {
  ECHELON_TRY(const bool found, reader.next());
  if (!found)
    return reader.text().refuse("the file is empty; a header line is missing");
  layout read{.columns = reader.fields()};
  if (!label.empty()) {
    ECHELON_TRY(read.label, column_index(reader, "label", label));
  }
  if (!group.empty()) {
    ECHELON_TRY(read.group, column_index(reader, "group", group));
  }
  if (read.label == read.group)
    return reader.text().refuse("column {} cannot be both label and group", excerpt(group));
  if (read.features() < 1)
    return reader.text().refuse("names {} columns; it needs a label and at least one feature",
                                read.columns.size());
  return read;
}

/// What the rows add up to while they are read.
struct table {
  dataset samples;
  label_book labels;
  label_book groups;
};

result<void> add_label(const csv_records& reader, const layout& columns, bool regression,
                       table& into) {
  const std::string& written = reader.fields()[columns.label];
  if (written.empty())
    return reader.text().refuse("the label in column {} is empty",
                                excerpt(columns.columns[columns.label]));
  if (regression) {
    const auto target = parse_number(written);
    if (!target)
      return reader.text().refuse("the target {} in column {} is not a finite number",
                                  excerpt(written), excerpt(columns.columns[columns.label]));
    into.samples.targets.push_back(*target);
  } else if (!into.labels.add(written)) {
    return reader.text().refuse("more than {} distinct labels; should task be \"regression\"?",
                                classes_max);
  }
  return {};
}

result<void> add_record(const csv_records& reader, const layout& columns, bool regression,
                        table& into) {
  const auto& fields = reader.fields();
  if (fields.size() != columns.columns.size())
    return reader.text().refuse("has {} fields where the header has {}", fields.size(),
                                columns.columns.size());
  ECHELON_CHECK(add_label(reader, columns, regression, into));
  if (columns.group != std::string::npos && !into.groups.add(fields[columns.group]))
    return reader.text().refuse("more than {} distinct groups", classes_max);
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i == columns.label || i == columns.group)
      continue;
    const auto number = parse_number(fields[i]);
    if (!number)
      return reader.text().refuse("{} in column {} is not a finite number", excerpt(fields[i]),
                                  excerpt(columns.columns[i]));
    into.samples.features.push_back(*number);
  }
  return check_size(reader.text().name(), ++into.samples.count, columns.features());
}

}  // namespace

std::vector<parameter> csv::declared() {
  return {{.name = "path",
           .kind = value_kind::text,
           .fallback = {},
           .summary = "the file",
           .required = true},
          {.name = "label",
           .kind = value_kind::text,
           .fallback = value{""},
           .summary = "the column of labels or targets; empty: the first"},
          {.name = "group",
           .kind = value_kind::text,
           .fallback = value{""},
           .summary = "the column of natural owners, for the partition \"natural\"; empty: none"},
          {.name = "task",
           .kind = value_kind::text,
           .fallback = value{"classification"},
           .summary = "what the labels are: classes or numbers",
           .choices = {"classification", "regression"}},
          {.name = "separator",
           .kind = value_kind::text,
           .fallback = value{","},
           .summary = "what stands between fields",
           .choices = {",", ";", "\t"}}};
}

result<csv> csv::make(const parameters& given) {
  csv made;
  made.path_ = given.text("path");
  made.label_ = given.text("label");
  made.group_ = given.text("group");
  made.regression_ = given.text("task") == "regression";
  made.separator_ = given.text("separator").front();
  return made;
}

result<loaded_data> csv::load() const {
  ECHELON_TRY(csv_records reader, csv_records::open(path_, separator_));
  ECHELON_TRY(const layout columns, read_header(reader, label_, group_));
  table read;
  read.samples.name = path_;
  read.samples.shape.width = columns.features();
  for (;;) {
    ECHELON_TRY(const bool more, reader.next());
    if (!more)
      break;
    ECHELON_CHECK(add_record(reader, columns, regression_, read));
  }
  ECHELON_CHECK(check_size(path_, read.samples.count, columns.features()));
  read.samples.classes = read.labels.classes();
  read.samples.labels = read.labels.numbered();
  read.samples.groups = read.groups.numbered();
  return loaded_data{std::move(read.samples), std::nullopt};
}

}  // namespace echelon::learning
