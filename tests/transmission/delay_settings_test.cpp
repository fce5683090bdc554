#include <boost/test/unit_test.hpp>

#include "tests/support/delays.hpp"

namespace echelon::transmission {
namespace {

constexpr delay_context nodes{.workers = 2, .edges = 1, .seed = 1};

std::string complaint_about(value_table settings, std::string_view model = "shifted-exponential") {
  const auto made = make_delays(model, std::move(settings), nodes);
  BOOST_REQUIRE(!made);
  return made.error().detail;
}

value_list speeds(index count) { return value_list(static_cast<std::size_t>(count), value{}); }

}  // namespace

BOOST_AUTO_TEST_SUITE(delay_settings)

BOOST_AUTO_TEST_CASE(nothing_takes_time_unless_told) {
  for (const std::string name : {"none", "shifted-exponential", "markov", "transient"}) {
    const auto model = make_delays(name, {}, nodes).value();
    BOOST_TEST(model->compute(worker(1), 3, 5).count() == 0);
    BOOST_TEST(model->link(worker(1), 3, direction::up).count() == 0);
    BOOST_TEST(model->link(edge(0), 3, direction::down).count() == 0);
  }
}

BOOST_AUTO_TEST_CASE(every_worker_may_have_a_speed_of_its_own) {
  const value_list workers{
      value_table{{"compute_shift_s", 1.0}, {"link_s", 3.0}},
      value_table{{"compute_shift_s", 2.0}, {"link_s", 3.0}, {"link_up_s", 4.0}}};
  const auto model = make_delays("shifted-exponential", {{"workers", workers}}, nodes).value();
  BOOST_TEST(model->compute(worker(0), 0, 10).count() == 10);
  BOOST_TEST(model->compute(worker(1), 0, 10).count() == 20);
  BOOST_TEST(model->link(worker(1), 0, direction::down).count() == 3);
  BOOST_TEST(model->link(worker(1), 0, direction::up).count() == 4);
  BOOST_TEST(model->compute({role::peer, 1}, 0, 10).count() == 20);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_is_refused_with_key_and_numbers) {
  BOOST_TEST(complaint_about({{"worker", value_table{{"compute_shift_s", -1}}}}) ==
             "delays.worker.compute_shift_s: -1 is out of range; it must be at least 0");
  BOOST_TEST(complaint_about({{"worker", value_table{{"link_loss", 1.0}}}}) ==
             "delays.worker.link_loss: 1.0 is out of range; it must be between 0 and 0.999");
  BOOST_TEST(complaint_about({{"workers", speeds(3)}}) ==
             "delays.workers: has 3 entries; it must have one for each of the 2 workers");
  BOOST_TEST(complaint_about({{"edges", speeds(2)}}) ==
             "delays.edges: has 2 entries; it must have one for each of the 1 edges");
  BOOST_TEST(complaint_about({{"workers", speeds(2)}, {"worker", value{}}}) ==
             "delays.workers: cannot be given beside worker; it must be one of the two");
  BOOST_TEST(complaint_about({{"edge", value_table{{"compute_shift_s", 1}}}})
                 .starts_with("delays.edge.compute_shift_s: is not a known key"));
  const value_list second_is_wrong{value{}, value_table{{"link_s", "slow"}}};
  BOOST_TEST(complaint_about({{"workers", second_is_wrong}}) ==
             "delays.workers[1].link_s: \"slow\" is not a number");
  BOOST_TEST(complaint_about({{"slow", value_table{{"probability", 2.0}}}}) ==
             "delays.slow.probability: 2.0 is out of range; it must be between 0 and 1");
  BOOST_TEST(complaint_about({{"slow", value_table{{"factor", 0.5}}}}) ==
             "delays.slow.factor: 0.5 is out of range; it must be at least 1");
  BOOST_TEST(complaint_about({{"slow", value_table{{"enter", 0.0}, {"stay", 1.0}}}}, "markov")
                 .starts_with("delays.slow.stay: 1 and enter 0 differ by more than 0.999"));
  BOOST_TEST(complaint_about({{"worker", value{}}}, "none") ==
             "delays.worker: is not a known key; none is known here");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::transmission
