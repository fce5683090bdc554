#include <bit>
#include <map>

#include <boost/test/unit_test.hpp>

#include "algorithms/base/random.hpp"
#include "algorithms/coding/dynamic/stage_choice.hpp"
#include "algorithms/coding/dynamic/stage_work.hpp"
#include "algorithms/coding/row_space.hpp"

namespace echelon::coding {

BOOST_AUTO_TEST_SUITE(stage_shares)

BOOST_AUTO_TEST_CASE(any_s_helpers_may_stay_silent) {
  random_stream random{1, "tests.stage_shares"};
  double worst = 0;
  for (int repetition = 0; repetition < 400; ++repetition) {
    const index stragglers = random.below(4);
    std::vector<coded_part> missing;
    for (index part = 0; part <= random.below(15); ++part)
      missing.push_back({3 * part, random.uniform(0.5, 2)});
    std::vector<helper> helpers;
    for (index sender = 0; sender <= random.below(9); ++sender)
      helpers.push_back({2 * sender, random.uniform(0.2, 1)});
    const auto rows = share_out(missing, helpers, stragglers);
    const index survived = std::min(stragglers, std::ssize(helpers) - 1);
    std::map<index, index> copies;
    for (const helper_row& row : rows)
      for (const coded_part& entry : row.parts)
        ++copies[entry.part];
    for (const coded_part& entry : missing)
      BOOST_REQUIRE(copies[entry.part] >= survived + 1);
    for (index silent = 0; silent < (index{1} << rows.size()); ++silent) {
      if (std::popcount(static_cast<std::size_t>(silent)) > survived)
        continue;
      // The missing parts, scaled, are all there is: parts 0 ... R-1 of a smaller sum.
      row_space space{std::ssize(missing)};
      for (std::size_t i = 0; i < rows.size(); ++i) {
        if ((silent >> i) & 1)
          continue;
        auto row = rows[i].parts;
        for (coded_part& entry : row) {
          entry.coefficient /= missing[static_cast<std::size_t>(entry.part / 3)].coefficient;
          entry.part /= 3;
        }
        space.add(row);
      }
      BOOST_REQUIRE(space.spans_sum());
      worst = std::max(worst, space.combine().amplification);
    }
  }
  BOOST_TEST_MESSAGE("worst amplification " << worst);
  BOOST_TEST(worst < 1e3);
}

BOOST_AUTO_TEST_CASE(the_closed_form_is_that_of_7_4_by_hand) {
  // 4 senders, all begin with 2 of 8 parts; half of them are done at T1 = 2 (1 + ln 2); 2 helpers
  // share 4 parts at 2 (1 + H_2) seconds; somebody is late but once in 16 rounds.
  const double later = 1 + 2 * (1 + 1.5) + 0.5;
  BOOST_TEST(expected_round_s(4, 8, 4, 1, 1, 0.5, 0.5, 0, 1) ==
                 2 * (1 + 0.69314718055994531) + 15.0 / 16 * later,
             boost::test_tools::tolerance(1e-14));
}

BOOST_AUTO_TEST_CASE(without_histories_all_begin_and_the_deadline_is_adaptive) {
  const std::vector<sender_history> unknown(3);
  const auto choice = choose_stages(7, unknown, {});
  BOOST_TEST(choice.deadline_s == 0);
  BOOST_TEST(choice.stragglers == 0);
  BOOST_TEST(choice.shares == (std::vector<index>{3, 2, 2}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_is_given_is_kept_and_noise_moves_no_shares) {
  random_stream random{2, "tests.stage_shares"};
  std::vector<sender_history> known;
  for (int sender = 0; sender < 6; ++sender)
    known.push_back(
        {.rounds = 50, .part_s = 2 + random.uniform(-0.3, 0.3), .part_variance = 1, .link_s = 0.1});
  const auto choice = choose_stages(12, known, {.first_senders = 6, .stragglers = 1});
  BOOST_TEST(choice.stragglers == 1);
  BOOST_TEST(choice.shares == std::vector<index>(6, 2), boost::test_tools::per_element());
  known[4].part_s = 10;
  const auto unequal = choose_stages(12, known, {.first_senders = 6});
  BOOST_TEST(unequal.shares[4] < 2);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::coding
