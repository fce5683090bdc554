#include <boost/test/unit_test.hpp>

#include "experiments/compare/noted_facts.hpp"

namespace echelon::experiments {
namespace {

/// Two grid points, of which only the second has runs that noted something.
struct two_points {
  two_points() {
    asked.points.resize(2);
    asked.points[0].label = "plain";
    asked.points[1].label = "fair|er";
    asked.seeds = {1, 2};
    compared.asked = &asked;
    compared.points.resize(2);
    for (point_result& point : compared.points)
      point.runs.resize(2);
    compared.points[1].runs[0].facts = {{"jain", 0.5}, {"waste", 3}};
    compared.points[1].runs[1].facts = {{"jain", 0.7}};
  }
  sweep asked;
  comparison compared;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(noted_facts, two_points)

BOOST_AUTO_TEST_CASE(facts_are_summed_up_over_the_runs_that_noted_them) {
  const std::vector<std::string> expected{"jain", "waste"};
  BOOST_TEST(fact_names(compared) == expected, boost::test_tools::per_element());
  BOOST_TEST(summarise_fact(compared.points[1], "jain").mean == 0.6,
             boost::test_tools::tolerance(1e-12));
  BOOST_TEST(summarise_fact(compared.points[1], "waste").count == 1);
  BOOST_TEST(summarise_fact(compared.points[0], "jain").count == 0);
}

BOOST_AUTO_TEST_CASE(tables_show_them_and_leave_out_what_nobody_noted) {
  BOOST_TEST(facts_markdown(compared).find("| | jain | waste |") != std::string::npos);
  BOOST_TEST(facts_markdown(compared).find("| fair/er | 0.6") != std::string::npos);
  BOOST_TEST(facts_section(compared).find("jain") != std::string::npos);
  for (point_result& point : compared.points)
    for (run_outcome& run : point.runs)
      run.facts.clear();
  BOOST_TEST(facts_markdown(compared).empty());
  BOOST_TEST(facts_section(compared).empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::experiments
