#pragma once

#include <string>

#include "algorithms/learning/data_source.hpp"

namespace echelon::learning {

/// A table of numbers with a header line, plain or gzip. Fields may be quoted, with doubled quotes
/// inside. Shapes: 1 x 1 x (columns without the label and the group). Labels are texts or whole
/// numbers; the classes are the sorted distinct ones. With task "regression" the label column holds
/// the targets. Errors: "FILE:LINE: ..." for torn lines, fields that are no numbers, unknown
/// columns. Source: RFC 4180.
class csv final : public data_source {
public:
  static constexpr std::string_view name = "csv";
  static constexpr std::string_view summary = "a .csv or .csv.gz with a header line";
  static constexpr std::string_view source = "RFC 4180";
  static std::vector<parameter> declared();
  static result<csv> make(const parameters& given);

  result<loaded_data> load() const override;

private:
  std::string path_;
  std::string label_;  ///< empty: the first column
  std::string group_;  ///< empty: none
  bool regression_ = false;
  char separator_ = ',';
};

}  // namespace echelon::learning
