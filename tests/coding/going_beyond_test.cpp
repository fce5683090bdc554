#include <boost/test/unit_test.hpp>

#include "algorithms/coding/dynamic/beyond.hpp"
#include "algorithms/coding/dynamic/masks.hpp"
#include "tests/support/codes.hpp"
#include "tests/support/rounds.hpp"

namespace echelon::coding {
namespace {

std::vector<gradient_code_ptr> codes_for(const code_shape& shape, beyond_tolerance how) {
  std::vector<gradient_code_ptr> made{go_beyond(make_code_of<masks>(shape).value(), how).value()};
  for (const char* name : {"uncoded", "cyclic", "fractional-repetition"})
    if (auto code = make_code(name, shape))
      made.push_back(go_beyond(*code, how).value());
  return made;
}

std::vector<sender_script> draw_scripts(random_stream& random, index senders, double deaths) {
  std::vector<sender_script> scripts;
  for (index sender = 0; sender < senders; ++sender)
    scripts.push_back({.part_s = random.uniform(0.2, 2),
                       .link_s = random.uniform(),
                       .dies_s = random.bernoulli(deaths) ? random.uniform(0, 8) : never_s});
  return scripts;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(going_beyond)

BOOST_AUTO_TEST_CASE(within_the_tolerance_the_code_itself_decodes) {
  random_stream random{1, "tests.going_beyond"};
  const auto parts = random_parts(random, 6);
  std::vector<sender_script> scripts(6, {.part_s = 1});
  scripts[4].dies_s = 0.5;
  for (const auto& code : codes_for({6, 6, 1}, beyond_tolerance::reissue)) {
    const auto round = code_simulator{code, parts, scripts}.run();
    BOOST_TEST(!round.facts.contains("reissued_parts"));
    if (code->shape().stragglers > 0)
      BOOST_TEST(error_of(round, parts) < 1e-10);
  }
}

BOOST_AUTO_TEST_CASE(a_survivor_computes_what_nobody_else_can) {
  random_stream random{2, "tests.going_beyond"};
  const auto parts = random_parts(random, 4);
  std::vector<sender_script> scripts(4, {.part_s = 1});
  scripts[2].dies_s = 0.5;
  const auto code = go_beyond(make_code("uncoded", {4, 4, 0}).value(), beyond_tolerance::reissue)
                        .value();
  const auto round = code_simulator{code, parts, scripts}.run();
  BOOST_TEST(round.orders.size() == 1);
  BOOST_TEST((round.orders[0].parts == std::vector<coded_part>{{2, 1.0}}));
  BOOST_TEST(round.facts.at("reissued_parts") == 1);
  BOOST_TEST(round.time_s == 2);
  BOOST_TEST(error_of(round, parts) < 1e-12);
}

BOOST_AUTO_TEST_CASE(reissue_is_exact_as_long_as_anybody_lives) {
  random_stream random{3, "tests.going_beyond"};
  int reissued = 0;
  for (int repetition = 0; repetition < 600; ++repetition) {
    const index senders = 2 + random.below(6);
    const auto parts = random_parts(random, senders);
    auto scripts = draw_scripts(random, senders, 0.6);
    scripts[static_cast<std::size_t>(random.below(senders))].dies_s = never_s;
    for (const auto& code :
         codes_for({senders, senders, random.below(2)}, beyond_tolerance::reissue)) {
      const auto round = code_simulator{code, parts, scripts}.run();
      BOOST_REQUIRE(round.decodable);
      BOOST_REQUIRE(round.decoded->how.exact);
      BOOST_REQUIRE(error_of(round, parts) < 1e-8);
      reissued += round.facts.contains("reissued_parts");
    }
  }
  BOOST_TEST(reissued > 300);
}

BOOST_AUTO_TEST_CASE(least_squares_says_how_wrong_it_is) {
  random_stream random{4, "tests.going_beyond"};
  int approximate = 0;
  for (int repetition = 0; repetition < 600; ++repetition) {
    const index senders = 2 + random.below(6);
    const auto parts = random_parts(random, senders);
    const auto scripts = draw_scripts(random, senders, 0.6);
    for (const auto& code :
         codes_for({senders, senders, random.below(2)}, beyond_tolerance::least_squares)) {
      const auto round = code_simulator{code, parts, scripts}.run();
      BOOST_REQUIRE(round.decodable != round.hopeless);
      if (!round.decodable)
        continue;
      BOOST_REQUIRE(round.decoded->how.exact == (round.decoded->how.residual < 1e-6));
      if (round.decoded->how.exact)
        BOOST_REQUIRE(error_of(round, parts) < 1e-8);
      approximate += !round.decoded->how.exact;
    }
  }
  BOOST_TEST(approximate > 100);
}

BOOST_AUTO_TEST_CASE(names_are_checked) {
  BOOST_TEST((beyond_from("reissue").value() == beyond_tolerance::reissue));
  BOOST_TEST(beyond_from("hope").error().detail ==
             "\"hope\" is no way to go on; it must be \"fail\", \"least-squares\" or \"reissue\"");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::coding
