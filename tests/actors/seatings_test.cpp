#include <boost/test/unit_test.hpp>

#include "actors/cluster/seating.hpp"

namespace echelon::actors {
namespace {

constexpr node_id nowhere{role::coordinator, 0};

tree two_edges() { return tree::from_edges(value{value_list{value{1}, value{2}}}).value(); }

}  // namespace

BOOST_AUTO_TEST_SUITE(seatings)

BOOST_AUTO_TEST_CASE(whoever_can_be_reached_becomes_an_edge_first) {
  const tree topology = two_edges();
  seating seats{topology};
  BOOST_TEST((seats.place({"a", nowhere, true}) == node_id{role::edge, 0}));
  BOOST_TEST((seats.place({"b", nowhere, false}) == node_id{role::worker, 0}));
  BOOST_TEST((seats.place({"c", nowhere, true}) == node_id{role::edge, 1}));
  BOOST_TEST((seats.place({"d", nowhere, true}) == node_id{role::worker, 1}));
}

BOOST_AUTO_TEST_CASE(names_ask_for_seats) {
  const tree topology = two_edges();
  seating seats{topology};
  BOOST_TEST((seats.place({"worker-2", nowhere, true}) == node_id{role::worker, 2}));
  BOOST_TEST((seats.place({"edge/1", nowhere, true}) == node_id{role::edge, 1}));
  BOOST_TEST((seats.place({"worker-9", nowhere, true}) == node_id{role::edge, 0}));
}

BOOST_AUTO_TEST_CASE(the_seat_one_had_before_comes_first_and_only_if_it_is_free) {
  const tree topology = two_edges();
  seating seats{topology};
  BOOST_TEST((seats.place({"a", {role::worker, 1}, true}) == node_id{role::worker, 1}));
  BOOST_TEST((seats.place({"b", {role::worker, 1}, false}) == node_id{role::worker, 0}));
  seats.vacate("a");
  BOOST_TEST((seats.place({"c", {role::worker, 1}, false}) == node_id{role::worker, 1}));
}

BOOST_AUTO_TEST_CASE(seats_that_there_are_not_are_nobodys) {
  const tree topology = two_edges();
  for (const node_id wrong : {node_id{role::worker, 3}, node_id{role::worker, -1},
                              node_id{role::edge, 2}, node_id{role::peer, 0}}) {
    seating seats{topology};
    BOOST_TEST((seats.place({"a", wrong, false}) == node_id{role::worker, 0}));
  }
}

BOOST_AUTO_TEST_CASE(one_has_one_seat_and_late_comers_may_have_none) {
  const tree topology = two_edges();
  seating seats{topology};
  for (const char* name : {"a", "b", "c", "d", "e"})
    BOOST_TEST(seats.place({name, nowhere, true}).has_value());
  BOOST_TEST((seats.place({"a", nowhere, true}) == seats.seat_of("a")));
  BOOST_TEST(!seats.place({"f", nowhere, true}).has_value());
  BOOST_TEST(seats.free_seats().empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::actors
