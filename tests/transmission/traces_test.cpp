#include <sstream>

#include <boost/test/unit_test.hpp>

#include "algorithms/transmission/traces/trace.hpp"
#include "tests/support/delays.hpp"

namespace echelon::transmission {
namespace {

result<trace> read(const std::string& text, delay_context context = {.workers = 1, .edges = 1}) {
  std::istringstream stream{text};
  return trace::read(stream, "t.csv", context);
}

std::string complaint_about(const std::string& rows) {
  const auto made = read("node,round,compute_s,link_s\n" + rows);
  BOOST_REQUIRE(!made);
  BOOST_TEST((made.error().code == errc::bad_input));
  return made.error().detail;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(traces)

BOOST_AUTO_TEST_CASE(times_are_those_of_the_file_over_and_over) {
  const auto
      made = read("node,round,compute_s,link_s\r\n0,1,2.5,1\r\nworker/0,2,3,0\r\nedge/0,7,0,4\r\n")
                 .value();
  BOOST_TEST(made.compute(worker(0), 0, 2).count() == 5);
  BOOST_TEST(made.compute(worker(0), 1, 2).count() == 6);
  BOOST_TEST(made.compute(worker(0), 4, 2).count() == 5);
  BOOST_TEST(made.link(worker(0), 2, direction::up).count() == 1);
  BOOST_TEST(made.link(edge(0), 9, direction::down).count() == 4);
}

BOOST_AUTO_TEST_CASE(links_take_no_time_where_the_file_does_not_say) {
  const auto made = read("node,round,compute_s\n0,0,2\n").value();
  BOOST_TEST(made.link(worker(0), 0, direction::up).count() == 0);
  BOOST_TEST(made.link(edge(0), 0, direction::up).count() == 0);
}

BOOST_AUTO_TEST_CASE(a_round_of_more_than_twice_the_median_is_slow) {
  const auto made = read("node,round,compute_s\n0,0,1\n0,1,1.5\n0,2,9\n").value();
  BOOST_TEST(!made.slow(worker(0), 1));
  BOOST_TEST(made.slow(worker(0), 2));
}

BOOST_AUTO_TEST_CASE(a_malformed_row_is_refused_with_its_line) {
  BOOST_TEST(complaint_about("0,0,1,1\n0,1,1\n") ==
             "t.csv:3: has 3 cells; it must have 4 as the header");
  BOOST_TEST(
      complaint_about("2,0,1,1\n") ==
      "t.csv:2: \"2\" is not a node; it must be one of 1 workers or 1 edges, such as worker/0");
  BOOST_TEST(complaint_about("peer/0,0,1,1\n").starts_with("t.csv:2: \"peer/0\" is not a node"));
  BOOST_TEST(complaint_about("0,0,1,1\n0,2,1,1\n") ==
             "t.csv:3: \"2\" is not the next round of worker/0; it must be 1");
  BOOST_TEST(complaint_about("0,9223372036854775807,1,1\n")
                 .starts_with("t.csv:2: \"9223372036854775807\""));
  BOOST_TEST(complaint_about("0,0,-1,1\n") ==
             "t.csv:2: \"-1\" is not a time; it must be between 0 and 1000000000 seconds");
  BOOST_TEST(complaint_about("0,0,1,nan\n").starts_with("t.csv:2: \"nan\" is not a time"));
  BOOST_TEST(complaint_about("edge/0,0,1,1\n") ==
             "t.csv: has no row for worker/0; it must have some for each of the 1 workers");
}

BOOST_AUTO_TEST_CASE(what_is_no_header_is_refused) {
  for (const std::string text :
       {"", "node,round\n", "a,b,c\n", "node,round,compute_s,link_s,more\n"})
    BOOST_TEST(read(text).error().detail.find("is not the header") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_missing_file_is_refused_where_it_was_named) {
  value path{"/nowhere/t.csv"};
  path.written_at({std::make_shared<const std::string>("s.toml"), 9});
  const auto made = make_delays("trace", {{"path", path}}, {.workers = 1});
  BOOST_TEST(
      made.error().detail.starts_with("s.toml:9: delays.path: /nowhere/t.csv cannot be opened"));
  BOOST_TEST(make_delays("trace", {}, {.workers = 1})
                 .error()
                 .detail.starts_with("delays.path: is missing"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::transmission
