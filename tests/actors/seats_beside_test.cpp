#include <boost/test/unit_test.hpp>

#include "actors/cluster/seat_holders.hpp"

namespace echelon::actors {

BOOST_AUTO_TEST_SUITE(seats_beside)

BOOST_AUTO_TEST_CASE(a_process_leaves_its_seat_empty_once) {
  seat_holders<int> beside;
  BOOST_TEST(!beside.give(3, "ann"));
  BOOST_TEST(beside.seat_of("ann").value() == 3);
  BOOST_TEST(beside.lose("ann").value() == 3);
  BOOST_TEST(!beside.lose("ann"));
  BOOST_TEST(!beside.seat_of("ann"));
}

BOOST_AUTO_TEST_CASE(news_of_the_first_holder_does_not_concern_the_second) {
  seat_holders<int> beside;
  beside.give(3, "ann");
  BOOST_TEST(beside.give(3, "bea").value() == "ann");
  BOOST_TEST(!beside.lose("ann"));
  BOOST_TEST(beside.seat_of("bea").value() == 3);
}

BOOST_AUTO_TEST_CASE(the_same_holder_again_replaces_nobody) {
  seat_holders<int> beside;
  beside.give(3, "ann");
  BOOST_TEST(!beside.give(3, "ann"));
  beside.give(4, "bea");
  BOOST_TEST(beside.lose("bea").value() == 4);
  BOOST_TEST(beside.seat_of("ann").value() == 3);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::actors
