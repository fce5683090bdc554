#pragma once

#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "algorithms/coding/work_plan.hpp"

namespace echelon::coding {

/// Reads what `append` wrote: words between blanks, numbers in hexadecimal so that they come back
/// to the same bits. After the first word that is not what it must be, everything reads as zero and
/// `good` is false: ask once, at the end.
class word_reader {
public:
  explicit word_reader(std::string_view text) : text_(std::string{text}) {}

  std::string word();
  /// 0 to `most`.
  index whole(index most);
  /// Finite and not negative.
  double number();
  std::vector<index> list(index length_max, index most);
  bool good() const { return good_; }

private:
  std::istringstream text_;
  bool good_ = true;
};

void append(std::string& words, double number);
void append(std::string& words, const std::vector<index>& list);
/// A choice without the policy's settings, the workers' capacities and `beyond`: these are the
/// scenario's.
void append(std::string& words, const plan_choice& choice);
plan_choice read_choice(word_reader& from, const tree& topology, index parts);

}  // namespace echelon::coding
