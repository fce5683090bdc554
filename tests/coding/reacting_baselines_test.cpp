#include <boost/test/unit_test.hpp>

#include "algorithms/coding/dynamic/backup_tasks.hpp"
#include "algorithms/coding/dynamic/oracle.hpp"
#include "algorithms/coding/dynamic/timeout.hpp"
#include "tests/support/rounds.hpp"

namespace echelon::coding {
namespace {

/// Any senders, up to all but one of whom die.
std::vector<sender_script> draw_scripts(random_stream& random, index senders) {
  std::vector<sender_script> scripts;
  for (index sender = 0; sender < senders; ++sender)
    scripts.push_back({.part_s = random.uniform(0.2, 4),
                       .link_s = random.uniform(),
                       .dies_s = random.bernoulli(0.4) ? random.uniform(0, 10) : never_s});
  scripts[static_cast<std::size_t>(random.below(senders))].dies_s = never_s;
  return scripts;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(reacting_baselines)

BOOST_AUTO_TEST_CASE(a_late_task_is_copied_to_who_is_idle) {
  random_stream random{1, "tests.reacting_baselines"};
  const auto parts = random_parts(random, 8);
  std::vector<sender_script> scripts(4, {.part_s = 1});
  scripts[1].part_s = 100;
  const auto round = code_simulator{make_code_of<backup_tasks>({4, 8, 0}).value(), parts, scripts}
                         .run();
  BOOST_TEST(round.time_s == 4);
  BOOST_TEST(round.facts.at("backup_tasks") == 1);
  BOOST_TEST(error_of(round, parts) < 1e-12);
}

BOOST_AUTO_TEST_CASE(backups_give_the_exact_sum_whoever_dies) {
  random_stream random{2, "tests.reacting_baselines"};
  for (int repetition = 0; repetition < 2000; ++repetition) {
    const index senders = 1 + random.below(7);
    const auto parts = random_parts(random, senders + random.below(senders + 1));
    const auto code = make_code_of<backup_tasks>({senders, std::ssize(parts), 0}).value();
    const auto round = code_simulator{code, parts, draw_scripts(random, senders)}.run();
    BOOST_REQUIRE(round.decodable);
    BOOST_REQUIRE(error_of(round, parts) < 1e-10);
  }
}

BOOST_AUTO_TEST_CASE(a_timeout_takes_the_finished_parts_of_interrupted_senders) {
  random_stream random{3, "tests.reacting_baselines"};
  const auto parts = random_parts(random, 6);
  std::vector<sender_script> scripts(3, {.part_s = 1, .link_s = 0.5});
  scripts[1].part_s = 2;
  scripts[2].part_s = 9;
  const auto code = make_code_of<timeout>({3, 6, 0}, {{"timeout_s", value{3.0}}}).value();
  const auto round = code_simulator{code, parts, scripts}.run();
  BOOST_TEST(round.time_s == 3.5);
  BOOST_TEST(round.decoded->samples == 3);
  BOOST_TEST(!round.decoded->how.exact);
  BOOST_TEST(round.decoded->how.residual == std::sqrt(0.5), boost::test_tools::tolerance(1e-12));
  BOOST_TEST(round.facts.at("interrupted") == 1);
}

BOOST_AUTO_TEST_CASE(a_timeout_with_everybody_in_time_is_exact) {
  random_stream random{4, "tests.reacting_baselines"};
  const auto parts = random_parts(random, 6);
  const std::vector<sender_script> scripts(3, {.part_s = 1, .link_s = 5});
  const auto code = make_code_of<timeout>({3, 6, 0}, {{"timeout_s", value{3.0}}}).value();
  const auto round = code_simulator{code, parts, scripts}.run();
  BOOST_TEST(round.time_s == 7);
  BOOST_TEST(round.orders.empty());
  BOOST_TEST(round.decoded->how.exact);
}

BOOST_AUTO_TEST_CASE(a_timeout_never_gives_an_empty_sum) {
  random_stream random{5, "tests.reacting_baselines"};
  const auto parts = random_parts(random, 4);
  std::vector<sender_script> scripts(2, {.part_s = 5, .link_s = 0.5});
  scripts[1].part_s = 8;
  const auto code = make_code_of<timeout>({2, 4, 0}, {{"timeout_s", value{1.0}}}).value();
  const auto round = code_simulator{code, parts, scripts}.run();
  BOOST_TEST(round.time_s == 5.5);
  BOOST_TEST(round.decoded->samples == 1);
  for (int repetition = 0; repetition < 2000; ++repetition) {
    const index senders = 1 + random.below(6);
    const auto more = random_parts(random, 2 * senders);
    const auto any = make_code_of<timeout>({senders, 2 * senders, 0}, {{"timeout_s", value{3.0}}});
    const auto seen = code_simulator{*any, more, draw_scripts(random, senders)}.run();
    BOOST_REQUIRE(seen.decodable);
    BOOST_REQUIRE(seen.decoded->samples >= 1);
  }
}

BOOST_AUTO_TEST_CASE(a_timeout_that_was_decodable_stays_so) {
  const auto code = make_code_of<timeout>({2, 2, 0}, {{"timeout_s", value{3.0}}}).value();
  const auto round = code->open({});
  round->answered(0, 0, 1.0);
  BOOST_TEST(!round->decodable());
  round->woken(3.0);
  BOOST_TEST(round->decodable());
  round->progressed(1, 0, 1, 4.0);
  BOOST_TEST(round->decodable());
}

BOOST_AUTO_TEST_CASE(the_oracle_deals_by_what_will_be) {
  random_stream random{6, "tests.reacting_baselines"};
  const auto parts = random_parts(random, 8);
  const std::vector<sender_script> scripts{{.part_s = 1}, {.part_s = 100}, {.part_s = 3}};
  const round_outlook outlook{.foresee = [&scripts](index sender, double count) {
    return count * scripts[static_cast<std::size_t>(sender)].part_s;
  }};
  const auto code = make_code_of<oracle>({3, 8, 0}).value();
  BOOST_TEST(code->foresees());
  const auto round = code_simulator{code, parts, scripts, outlook}.run();
  BOOST_TEST(round.time_s == 6);
  BOOST_TEST(round.orders.size() == 2);
  BOOST_TEST(error_of(round, parts) < 1e-12);
  const auto blind = code->open({});
  BOOST_TEST(blind->hopeless());
  BOOST_TEST(blind->decode().error().detail ==
             "\"oracle\" must foresee delays, which this world cannot; runtime.world must be "
             "\"simulated\"");
}

BOOST_AUTO_TEST_CASE(schemes_that_react_want_no_tolerance_beforehand) {
  for (const auto& refused : {make_code_of<backup_tasks>({4, 4, 1}),
                              make_code_of<timeout>({4, 4, 1}), make_code_of<oracle>({4, 4, 1})})
    BOOST_TEST(refused.error().detail.ends_with("; it must be 0"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::coding
