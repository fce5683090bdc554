#include <boost/test/unit_test.hpp>

#include "algorithms/base/random.hpp"
#include "algorithms/coding/dynamic/history_keeper.hpp"

namespace echelon::coding {

BOOST_AUTO_TEST_SUITE(sender_histories)

BOOST_AUTO_TEST_CASE(the_first_round_is_taken_as_it_is_and_later_ones_weigh_a_fifth) {
  history_keeper keeper{2};
  keeper.observe(1, 2, 4, 5);
  keeper.observe(1, 2, 6, 6.5);
  const auto seen = keeper.histories();
  BOOST_TEST(seen[0].rounds == 0);
  BOOST_TEST(seen[1].rounds == 2);
  BOOST_TEST(seen[1].part_s == 2.2, boost::test_tools::tolerance(1e-14));
  BOOST_TEST(seen[1].part_variance == 0.8 * 0.2, boost::test_tools::tolerance(1e-14));
  BOOST_TEST(seen[1].link_s == 0.9, boost::test_tools::tolerance(1e-14));
  BOOST_TEST(!seen[1].slow);
}

BOOST_AUTO_TEST_CASE(passing_trouble_is_noted_and_lasting_trouble_becomes_the_new_normal) {
  history_keeper keeper{1};
  for (int round = 0; round < 10; ++round)
    keeper.observe(0, 1, 1, 1);
  keeper.observe(0, 1, 10, 10);
  auto seen = keeper.histories().front();
  BOOST_TEST(seen.slow);
  BOOST_TEST(seen.slow_factor == 10);
  BOOST_TEST(seen.part_s == 1.2, boost::test_tools::tolerance(1e-14));
  for (int round = 0; round < 20; ++round)
    keeper.observe(0, 1, 10, 10);
  seen = keeper.histories().front();
  BOOST_TEST(!seen.slow);
  BOOST_TEST(seen.part_s > 9);
}

BOOST_AUTO_TEST_CASE(the_chain_learns_how_likely_slowness_is) {
  random_stream random{1, "tests.sender_histories"};
  history_keeper keeper{1};
  bool slow = false;
  double guess_after_fast = 0;
  double guess_after_slow = 0;
  for (int round = 0; round < 5000; ++round) {
    slow = random.bernoulli(slow ? 0.6 : 0.1);
    keeper.observe(0, 1, slow ? 10 : 1, slow ? 10 : 1);
    const auto seen = keeper.histories().front();
    (seen.slow ? guess_after_slow : guess_after_fast) = seen.slow_probability;
  }
  BOOST_TEST(std::abs(guess_after_fast - 0.1) < 0.03);
  BOOST_TEST(std::abs(guess_after_slow - 0.6) < 0.05);
}

BOOST_AUTO_TEST_CASE(records_are_values_from_which_another_keeper_goes_on) {
  history_keeper one{2};
  one.observe(0, 3, 2, 3);
  history_keeper other{one.records()};
  one.observe(0, 1, 5, 6);
  other.observe(0, 1, 5, 6);
  BOOST_TEST((one.records() == other.records()));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::coding
