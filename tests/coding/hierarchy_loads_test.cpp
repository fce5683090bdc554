#include <boost/test/unit_test.hpp>

#include "algorithms/coding/hierarchy/load.hpp"

namespace echelon::coding {
namespace {

using numbers = std::vector<index>;

hierarchy_load load(const numbers& workers, index parts, index edges, numbers of_workers) {
  return load_of(workers, parts, {edges, std::move(of_workers)}).value();
}

std::string refusal(const numbers& workers, index parts, index edges, numbers of_workers) {
  const auto made = load_of(workers, parts, {edges, std::move(of_workers)});
  BOOST_REQUIRE(!made);
  return made.error().detail;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hierarchy_loads)

BOOST_AUTO_TEST_CASE(the_golden_example_is_dealt_as_specified) {
  const auto golden = load({2, 3, 5}, 5, 1, {1});
  BOOST_TEST(golden.edge_parts == (numbers{2, 3, 5}), boost::test_tools::per_element());
  BOOST_TEST(golden.load_parts == 2);
  BOOST_TEST(golden.theorem == 2.0);
  BOOST_TEST(golden.optimum == 2.0);
}

BOOST_AUTO_TEST_CASE(a_balanced_hierarchy_attains_the_bound_with_four_edges_of_ten) {
  const auto made = load({10, 10, 10, 10}, 40, 1, {1});
  BOOST_TEST(made.load_parts == 4);
  BOOST_TEST(made.theorem == 4.0);
}

BOOST_AUTO_TEST_CASE(dominant_edges_hold_every_part_and_the_others_share_the_rest) {
  const auto three = load({3, 4, 5}, 12, 2, {1});
  BOOST_TEST(three.edge_parts == (numbers{12, 12, 12}), boost::test_tools::per_element());
  BOOST_TEST(three.optimum == 8.0);  // 0.667 K
  BOOST_TEST(three.theorem == 6.0);  // 0.5 K

  const auto strong = load({6, 2, 2}, 10, 1, {1});
  BOOST_TEST(strong.edge_parts == (numbers{10, 5, 5}), boost::test_tools::per_element());
  BOOST_TEST(strong.edge_loads == (numbers{4, 5, 5}), boost::test_tools::per_element());
  BOOST_TEST(strong.optimum == 5.0);
  BOOST_TEST(strong.theorem == 4.0);
}

BOOST_AUTO_TEST_CASE(edges_with_tolerances_of_their_own_are_equally_loaded) {
  const auto made = load({4, 4}, 24, 0, {1, 0});
  BOOST_TEST(made.edge_parts == (numbers{8, 16}), boost::test_tools::per_element());
  BOOST_TEST(made.edge_loads == (numbers{4, 4}), boost::test_tools::per_element());
  BOOST_TEST(made.theorem == 4.0);
}

BOOST_AUTO_TEST_CASE(any_number_of_parts_is_dealt_within_two_of_the_optimum) {
  for (index parts = 10; parts < 60; ++parts) {
    const auto made = load({4, 6, 8, 10, 12}, parts, 2, {3});
    index copies = 0;
    for (const index held : made.edge_parts) {
      BOOST_TEST(held <= parts);
      copies += held;
    }
    BOOST_TEST(copies == 3 * parts);
    BOOST_TEST(static_cast<double>(made.load_parts) < made.optimum + 2);
  }
}

BOOST_AUTO_TEST_CASE(joint_capacity_is_what_water_filling_gives) {
  BOOST_TEST(joint_capacity(std::vector{1.0, 1.0, 1.0, 1.0}, 1) == 2.0);
  BOOST_TEST(joint_capacity(std::vector{3.0, 1.0, 1.0}, 1) == 2.0);
  BOOST_TEST(joint_capacity(std::vector{9.0, 9.0, 1.0, 1.0}, 2) == 2.0);
  BOOST_TEST(joint_capacity(std::vector{5.0}, 0) == 5.0);
}

BOOST_AUTO_TEST_CASE(impossible_loads_are_refused_with_what_would_be_right) {
  BOOST_TEST(
      refusal({2, 3}, 10, 2, {0}) ==
      "coding.edge_stragglers: 2 of 2 edges leave none to answer; it must be between 0 and 1");
  BOOST_TEST(refusal({2, 3}, 10, 0, {2}) ==
             "coding.worker_stragglers: 2 of the 2 workers of edge/0 leave nobody to answer; it "
             "must be between 0 and 1");
  BOOST_TEST(refusal({2, 8}, 0, 0, {0}) ==
             "coding.parts: 0 is no number of parts; it must be at least 1");
  BOOST_TEST(refusal({2, 8}, 4, 0, {0}) ==
             "coding.parts: 4 parts leave workers of edge/0 without work; it must be more, best a "
             "multiple of 10");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::coding
