#include <boost/test/unit_test.hpp>

#include "algorithms/coding/dynamic/mask_cover.hpp"
#include "algorithms/coding/dynamic/masks.hpp"
#include "tests/support/codes.hpp"
#include "tests/support/rounds.hpp"

namespace echelon::coding {
namespace {

gradient_code_ptr masks_of(const code_shape& shape, const char* placement) {
  return make_code_of<masks>(shape, {{"placement", value{placement}}}).value();
}

const auto each = boost::test_tools::per_element();

}  // namespace

BOOST_AUTO_TEST_SUITE(late_masks)

BOOST_AUTO_TEST_CASE(senders_begin_where_others_do_not) {
  const auto circle = masks_of({4, 8, 2}, "cyclic");
  BOOST_TEST(parts_of(*circle, 3) == (std::vector<index>{6, 7, 0, 1, 2, 3}), each);
  const auto groups = masks_of({4, 8, 1}, "grouped");
  BOOST_TEST(parts_of(*groups, 0) == (std::vector<index>{0, 1, 2, 3}), each);
  BOOST_TEST(parts_of(*groups, 1) == (std::vector<index>{2, 3, 0, 1}), each);
}

BOOST_AUTO_TEST_CASE(few_senders_are_chosen_and_evenly_charged) {
  const std::vector<index> wanted{0, 1, 2, 3};
  const std::vector<std::vector<index>> finished{{0, 1}, {0, 1, 2}, {2, 3}, {3}};
  const std::vector<mask> expected{{1, {0, 1}}, {2, {2, 3}}};
  const auto chosen = choose_masks(wanted, finished);
  BOOST_TEST(chosen.size() == 2);
  BOOST_TEST(chosen[0].parts.size() == 2);
  BOOST_TEST((chosen == expected));
  BOOST_TEST(choose_masks(wanted, std::span{finished}.first(2)).empty());
}

BOOST_AUTO_TEST_CASE(a_choice_that_later_ones_made_superfluous_is_dropped) {
  const std::vector<index> wanted{0, 1, 2, 3, 4, 5};
  const std::vector<std::vector<index>> finished{{1, 2, 3, 4}, {0, 1, 2}, {3, 4, 5}};
  const std::vector<mask> expected{{1, {0, 1, 2}}, {2, {3, 4, 5}}};
  BOOST_TEST((choose_masks(wanted, finished) == expected));
}

BOOST_AUTO_TEST_CASE(the_round_ends_when_all_parts_are_finished_somewhere) {
  random_stream random{1, "tests.late_masks"};
  const auto parts = random_parts(random, 4);
  std::vector<sender_script> scripts(4, {.part_s = 1, .link_s = 0.5});
  scripts[2].part_s = never_s;  // its part comes second at sender 1
  const auto round = code_simulator{masks_of({4, 4, 1}, "cyclic"), parts, scripts}.run();
  BOOST_TEST(round.time_s == 2.5);
  BOOST_TEST(round.decoded->how.amplification == 1);
  BOOST_TEST(round.orders.size() == round.messages);
  BOOST_TEST(error_of(round, parts) < 1e-12);
}

BOOST_AUTO_TEST_CASE(any_s_deaths_at_any_time_are_survived_and_more_are_named) {
  random_stream random{2, "tests.late_masks"};
  int hopeless = 0;
  for (int repetition = 0; repetition < 3000; ++repetition) {
    const index senders = 1 + random.below(8);
    const index stragglers = random.below(senders);
    const auto parts = random_parts(random, 1 + random.below(2 * senders));
    const auto code = masks_of({senders, std::ssize(parts), stragglers},
                               random.bernoulli(0.5) ? "cyclic" : "grouped");
    std::vector<sender_script> scripts;
    for (index sender = 0; sender < senders; ++sender)
      scripts.push_back({.part_s = random.uniform(0.5, 2), .link_s = random.uniform()});
    const index deaths = random.below(senders + 1);
    for (const index sender : sample_without_replacement(random, senders, deaths))
      scripts[static_cast<std::size_t>(sender)].dies_s = random.uniform(0, 8);
    const auto round = code_simulator{code, parts, scripts}.run();
    BOOST_REQUIRE(round.decodable != round.hopeless);
    BOOST_REQUIRE((round.decodable || deaths > stragglers));
    hopeless += round.hopeless;
    if (round.decodable)
      BOOST_REQUIRE(error_of(round, parts) < 1e-12 * 100);
  }
  BOOST_TEST(hopeless > 100);
}

BOOST_AUTO_TEST_CASE(what_a_chosen_sender_owes_is_asked_of_others) {
  const auto code = masks_of({2, 2, 1}, "cyclic");
  const auto round = code->open({});
  round->progressed(0, 0, 1, 1.0);
  round->progressed(1, 0, 1, 1.0);
  BOOST_TEST(round->take_orders().size() == 2);
  round->answered(1, 1, 1.5);
  round->progressed(1, 0, 2, 2.0);
  BOOST_TEST(round->take_orders().empty());
  BOOST_TEST(round->wake_s().value() == 3.0);
  round->woken(3.0);
  const auto orders = round->take_orders();
  BOOST_REQUIRE(orders.size() == 1);
  BOOST_TEST(orders[0].sender == 1);
  BOOST_TEST(orders[0].parts.front().part == 0);
  round->answered(1, orders[0].task, 3.5);
  BOOST_TEST(round->decodable());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::coding
