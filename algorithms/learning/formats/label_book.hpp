#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "algorithms/base/result.hpp"
#include "algorithms/learning/dataset.hpp"

namespace echelon::learning {

/// Collects labels as they are written in a text and numbers them when all are known: the classes
/// are the sorted distinct values, by number where all are whole numbers ("9" before "10"), else by
/// their bytes.
class label_book {
public:
  /// False when there are more distinct values than classes_max.
  bool add(std::string_view written);
  index classes() const { return std::ssize(names_); }
  /// One number for each label added, in order; empties the book.
  std::vector<std::int32_t> numbered();

private:
  struct text_hash : std::hash<std::string_view> {
    using is_transparent = void;
  };

  std::unordered_map<std::string, std::int32_t, text_hash, std::equal_to<>> seen_;
  std::vector<std::string> names_;    ///< by first appearance
  std::vector<std::int32_t> labels_;  ///< indices into names_
};

}  // namespace echelon::learning
