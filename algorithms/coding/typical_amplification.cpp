#include "algorithms/coding/typical_amplification.hpp"

#include <algorithm>

#include "algorithms/coding/absence_patterns.hpp"
#include "algorithms/coding/fixed_code.hpp"

namespace echelon::coding {
namespace {

constexpr index patterns_max = 2000;

std::vector<index> others(index senders, std::vector<index> absent) {
  std::ranges::sort(absent);
  std::vector<index> present;
  for (index sender = 0; sender < senders; ++sender)
    if (!std::ranges::binary_search(absent, sender))
      present.push_back(sender);
  return present;
}

}  // namespace

amplification_range typical_amplification(const gradient_code& code) {
  const amplification_range promised{code.amplification_worst(), code.amplification_worst()};
  if (dynamic_cast<const fixed_code*>(&code) == nullptr)
    return promised;
  const code_shape shape = code.shape();
  std::vector<double> seen;
  for (const auto& absent :
       absence_patterns(shape.senders, shape.stragglers, patterns_max, patterns_max)) {
    const auto how = decode(code, others(shape.senders, absent));
    if (!how)
      return promised;
    seen.push_back(how->amplification);
  }
  std::ranges::sort(seen);
  return {seen[seen.size() / 2], seen.back()};
}

std::optional<amplification_range> typical_amplification(const code_catalogue& known,
                                                         std::string_view name, code_shape shape) {
  const auto make = [&](index stragglers) {
    shape.stragglers = stragglers;
    return known.make(name, value_table{}, "coding", shape);
  };
  auto code = make(shape.stragglers);
  if (!code && !make(1))
    code = make(0);
  if (!code)
    return std::nullopt;
  return typical_amplification(**code);
}

}  // namespace echelon::coding
