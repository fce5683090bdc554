#pragma once

#include <boost/test/unit_test.hpp>

#include "algorithms/coding/fixed_code.hpp"
#include "tests/support/codes.hpp"

namespace echelon::coding {

/// Every shape worth a look: one sender, primes, powers of two, K = N and multiples, K that fits
/// nothing, fewer parts than senders, and unequal capacities.
inline std::vector<code_shape> small_shapes() {
  std::vector<code_shape> shapes;
  for (const index senders : {1, 2, 3, 4, 5, 6, 8, 9})
    for (index stragglers = 0; stragglers < std::min<index>(senders, 5); ++stragglers)
      for (const index parts : {senders, 2 * senders, senders + 3})
        shapes.push_back({senders, parts, stragglers});
  shapes.push_back({10, 3, 2});
  shapes.push_back({6, 1, 1});
  shapes.push_back({6, 20, 1, {3, 1, 2, 1, 5, 2}});
  shapes.push_back({5, 7, 2, {1, 0, 2, 4, 9}});
  return shapes;
}

inline std::vector<code_shape> large_shapes() {
  return {{100, 250, 0}, {21, 21, 2}, {20, 40, 3}, {40, 40, 4}, {60, 60, 3}, {400, 400, 3}};
}

/// Calls `check` with every code of that name the shapes allow.
template <class Check>
void for_codes(const std::string& name, const std::vector<code_shape>& shapes, Check check) {
  int made = 0;
  for (const code_shape& shape : shapes) {
    BOOST_TEST_CONTEXT(name << " N=" << shape.senders << " K=" << shape.parts
                            << " s=" << shape.stragglers) {
      const auto code = make_code(name, shape);
      if (!code)
        continue;
      ++made;
      check(*code);
    }
  }
  BOOST_TEST(made > 0);
}

/// A code of that name, of whatever shape it allows.
inline gradient_code_ptr make_any(std::string_view name) {
  for (const code_shape& shape : small_shapes())
    if (auto code = make_code(name, shape); code && shape.senders > 1)
      return *code;
  return nullptr;
}

/// Those whose senders all do their row, whatever happens in the round.
inline std::vector<std::string> fixed_codes() {
  auto names = codes().names();
  std::erase_if(names, [](const std::string& name) {
    return std::dynamic_pointer_cast<const fixed_code>(make_any(name)) == nullptr;
  });
  return names;
}

}  // namespace echelon::coding
