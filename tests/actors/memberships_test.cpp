#include <boost/test/unit_test.hpp>

#include "actors/membership.hpp"

namespace echelon::actors {
namespace {

const auto each = boost::test_tools::per_element();

tree two_edges() { return tree::from_edges(value{value_list{value{2}, value{3}}}).value(); }

}  // namespace

BOOST_AUTO_TEST_SUITE(memberships)

BOOST_AUTO_TEST_CASE(nobody_is_there_at_first) {
  const tree topology = two_edges();
  const membership members{topology};
  BOOST_TEST(members.absent_workers() == (std::vector<index>{0, 1, 2, 3, 4}), each);
  BOOST_TEST(members.nodes() == 7);
  BOOST_TEST(members.nodes_present() == 0);
}

BOOST_AUTO_TEST_CASE(a_worker_is_absent_while_his_edge_is) {
  const tree topology = two_edges();
  membership members{topology};
  for (std::int32_t worker = 0; worker < 5; ++worker)
    members.arrive({role::worker, worker});
  members.arrive({role::edge, 1});
  BOOST_TEST(members.absent_workers() == (std::vector<index>{0, 1}), each);
  members.arrive({role::edge, 0});
  members.leave({role::worker, 3});
  BOOST_TEST(members.absent_workers() == (std::vector<index>{3}), each);
}

BOOST_AUTO_TEST_CASE(only_changes_count) {
  const tree topology = two_edges();
  membership members{topology};
  BOOST_TEST(members.arrive({role::edge, 0}));
  BOOST_TEST(!members.arrive({role::edge, 0}));
  BOOST_TEST(!members.leave({role::edge, 1}));
  BOOST_TEST(members.version() == 1U);
  BOOST_TEST(members.leave({role::edge, 0}));
  BOOST_TEST(members.version() == 2U);
  BOOST_TEST(members.nodes_present() == 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::actors
