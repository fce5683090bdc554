#include <boost/test/unit_test.hpp>

#include "algorithms/coding/row_space.hpp"

namespace echelon::coding {

BOOST_AUTO_TEST_SUITE(row_spaces)

// An edge whose workers have no part of a plan: the campaign's seed 3524 crashed on it.
BOOST_AUTO_TEST_CASE(nothing_is_missing_of_no_parts) {
  const row_space none{0};
  BOOST_TEST(none.spans_sum());
  BOOST_TEST(none.combine().exact);
  BOOST_TEST(none.missing().empty());
}

BOOST_AUTO_TEST_CASE(what_is_missing_completes_the_sum) {
  row_space known{4};
  known.add(std::vector<coded_part>{{0, 1.0, {}}, {1, 2.0, {}}});
  known.add_part(2);
  BOOST_TEST(!known.spans_sum());
  const auto lacking = known.missing();
  BOOST_REQUIRE(!lacking.empty());
  for (const coded_part& part : lacking)
    known.add_part(part.part);
  BOOST_TEST(known.spans_sum());
  BOOST_TEST(known.combine().exact);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::coding
