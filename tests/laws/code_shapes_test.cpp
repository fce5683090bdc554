#include <set>

#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

#include "tests/support/code_shapes.hpp"

namespace echelon::coding {
namespace {

/// Shapes every code accepts: whole groups of s+1 senders, and whole parts for each.
code_shape any_shape() {
  const index stragglers = *rc::gen::inRange<index>(0, 6).as("stragglers");
  const index groups = *rc::gen::inRange<index>(1, 12).as("groups");
  const index parts_each = *rc::gen::inRange<index>(1, 4).as("parts for each sender");
  const index senders = groups * (stragglers + 1);
  return {senders, senders * parts_each, stragglers};
}

/// Everybody but at most `shape.stragglers` senders, ascending.
std::vector<index> any_tolerated_set(const code_shape& shape) {
  const auto sender = rc::gen::inRange<index>(0, shape.senders);
  const auto absent = *rc::gen::container<std::set<index>>(
                           static_cast<std::size_t>(shape.stragglers), sender)
                           .as("absent");
  std::vector<index> arrived;
  for (index sender_index = 0; sender_index < shape.senders; ++sender_index)
    if (!absent.contains(sender_index))
      arrived.push_back(sender_index);
  return arrived;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(code_shapes)

RC_BOOST_PROP(any_tolerated_set_decodes_to_the_plain_sum, ()) {
  const auto name = *rc::gen::elementOf(fixed_codes()).as("code");
  const code_shape shape = any_shape();
  const auto code = make_code(name, shape);
  RC_PRE(code.has_value());  // uncoded tolerates nobody's absence
  const auto arrived = any_tolerated_set(shape);

  const auto how = decode(**code, arrived);

  RC_ASSERT(how.has_value());
  const matrix errors = coefficients(**code, encoding_matrix(**code), arrived, *how) -
                        plain_sum(**code);
  RC_ASSERT(!how->exact ||
            errors.cwiseAbs().maxCoeff() <= 1e-9 * std::max(how->amplification, 1.0));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::coding
