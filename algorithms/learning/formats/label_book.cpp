#include "algorithms/learning/formats/label_book.hpp"

#include <algorithm>
#include <numeric>

#include "algorithms/learning/formats/limits.hpp"
#include "algorithms/learning/formats/text_file.hpp"

namespace echelon::learning {

bool label_book::add(std::string_view written) {
  auto found = seen_.find(written);
  if (found == seen_.end()) {
    if (classes() == classes_max)
      return false;
    found = seen_.emplace(std::string{written}, static_cast<std::int32_t>(classes())).first;
    names_.emplace_back(written);
  }
  labels_.push_back(found->second);
  return true;
}

std::vector<std::int32_t> label_book::numbered() {
  std::vector<std::int32_t> order(names_.size());
  std::iota(order.begin(), order.end(), 0);
  const auto name_of = [&](std::int32_t label) -> const std::string& {
    return names_[static_cast<std::size_t>(label)];
  };
  const bool whole = std::ranges::all_of(
      names_, [](const std::string& name) { return parse_integer(name).has_value(); });
  // Ties of the numbers ("1" and "01") are broken by their text, so that the order is one.
  std::ranges::sort(order, [&](std::int32_t left, std::int32_t right) {
    const auto key = [&](std::int32_t label) {
      return std::pair{whole ? *parse_integer(name_of(label)) : 0,
                       std::string_view{name_of(label)}};
    };
    return key(left) < key(right);
  });
  std::vector<std::int32_t> rank(order.size());
  for (std::size_t place = 0; place < order.size(); ++place)
    rank[static_cast<std::size_t>(order[place])] = static_cast<std::int32_t>(place);
  for (std::int32_t& label : labels_)
    label = rank[static_cast<std::size_t>(label)];
  seen_.clear();
  names_.clear();
  return std::exchange(labels_, {});
}

}  // namespace echelon::learning
