#include "algorithms/coding/dynamic/two_stage.hpp"

#include <boost/test/unit_test.hpp>

#include "tests/support/rounds.hpp"

namespace echelon::coding {
namespace {

gradient_code_ptr two_stage_code(const code_shape& shape, index beginners, double deadline_s,
                                 index stragglers) {
  return make_code_of<two_stage>(shape, {{"stage1_workers", value{beginners}},
                                         {"stage1_s", value{deadline_s}},
                                         {"stage2_stragglers", value{stragglers}}})
      .value();
}

simulated_round simulate(const gradient_code_ptr& code, std::span<const contribution> parts,
                         std::span<const sender_script> scripts) {
  return code_simulator{code, parts, scripts}.run();
}

/// Who was asked for something after the deadline, without the senders that were interrupted.
std::vector<index> helpers_of(const simulated_round& round, index beginners) {
  std::vector<index> found;
  for (const order& asked : round.orders) {
    const bool interrupted = std::ranges::any_of(round.orders, [&asked](const order& other) {
      return other.instead && other.sender == asked.sender;
    });
    const bool first = asked.sender < beginners && asked.task == 1;
    if (!interrupted && !first)
      found.push_back(asked.sender);
  }
  return found;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(two_stage_rounds)

BOOST_AUTO_TEST_CASE(a_round_without_stragglers_has_no_second_stage) {
  random_stream random{1, "tests.two_stage"};
  const auto parts = random_parts(random, 6);
  const std::vector<sender_script> scripts(4, {.part_s = 1, .link_s = 0.5});
  const auto round = simulate(two_stage_code({4, 6, 0}, 3, 3, 1), parts, scripts);
  BOOST_TEST(round.decodable);
  BOOST_TEST(round.time_s == 2.5);
  BOOST_TEST(round.orders.size() == 3);  // the first stage
  BOOST_TEST(round.parts_computed == 6);
  BOOST_TEST(round.messages == 3);
  BOOST_TEST(round.facts.at("stages") == 1);
  BOOST_TEST(error_of(round, parts) < 1e-12);
}

BOOST_AUTO_TEST_CASE(messages_under_way_at_the_deadline_need_no_second_stage) {
  random_stream random{2, "tests.two_stage"};
  const auto parts = random_parts(random, 6);
  const std::vector<sender_script> scripts(3, {.part_s = 1, .link_s = 5});
  const auto round = simulate(two_stage_code({3, 6, 0}, 3, 3, 1), parts, scripts);
  BOOST_TEST(round.time_s == 7);
  BOOST_TEST(round.orders.size() == 3);
  BOOST_TEST(round.facts.at("stage2_parts") == 0);
}

BOOST_AUTO_TEST_CASE(missing_parts_go_to_the_free_and_finished_ones_are_asked_for) {
  // Sender 1 has one of its two parts at T1 = 3; 0 and 3 are free for the other.
  random_stream random{3, "tests.two_stage"};
  const auto parts = random_parts(random, 6);
  std::vector<sender_script> scripts(4, {.part_s = 1});
  scripts[1].part_s = 2.5;
  const auto round = simulate(two_stage_code({4, 6, 0}, 3, 3, 0), parts, scripts);
  BOOST_TEST(round.decodable);
  BOOST_TEST(round.time_s == 4);
  BOOST_TEST(round.facts.at("stage2_parts") == 1);
  BOOST_TEST(round.facts.at("stages") == 2);
  BOOST_TEST(round.parts_computed == 6);
  BOOST_TEST(round.decoded->how.amplification == 1);
  BOOST_TEST(error_of(round, parts) < 1e-12);
}

BOOST_AUTO_TEST_CASE(the_rest_of_an_interrupted_sender_may_win) {
  random_stream random{4, "tests.two_stage"};
  const auto parts = random_parts(random, 6);
  std::vector<sender_script> scripts(3, {.part_s = 1, .helping_part_s = 100});
  scripts[1].part_s = 2.5;
  const auto round = simulate(two_stage_code({3, 6, 0}, 3, 3, 0), parts, scripts);
  BOOST_TEST(round.decodable);
  BOOST_TEST(round.time_s == 5);
  BOOST_TEST(round.facts.at("stages") == 2);
  BOOST_TEST(error_of(round, parts) < 1e-12);
}

BOOST_AUTO_TEST_CASE(a_deadline_before_anybody_is_done_is_put_off_twice_at_most) {
  random_stream random{5, "tests.two_stage"};
  const auto parts = random_parts(random, 4);
  const std::vector<sender_script> slow(2, {.part_s = 1.7, .link_s = 0});
  const auto put_off = simulate(two_stage_code({2, 4, 0}, 2, 1, 0), parts, slow);
  BOOST_TEST(put_off.facts.at("t1_s") == 4);
  BOOST_TEST(put_off.time_s == 3.4);
  std::vector<sender_script> silent(2, {.part_s = never_s});
  const auto lost = simulate(two_stage_code({2, 4, 0}, 2, 1, 0), parts, silent);
  BOOST_TEST(!lost.decodable);
  BOOST_TEST(!lost.hopeless);
  silent[0].dies_s = silent[1].dies_s = 50;
  BOOST_TEST(simulate(two_stage_code({2, 4, 0}, 2, 1, 0), parts, silent).hopeless);
}

BOOST_AUTO_TEST_CASE(any_completed_set_and_any_s2_lost_helpers_give_the_exact_sum) {
  random_stream random{6, "tests.two_stage"};
  int patterns = 0;
  for (int repetition = 0; repetition < 600; ++repetition) {
    const index senders = 3 + random.below(6);
    const index beginners = 1 + random.below(senders);
    const index stragglers = random.below(3);
    const auto parts = random_parts(random, 1 + random.below(3 * senders));
    const auto code = two_stage_code({senders, std::ssize(parts), 0},
                                     std::min(beginners, std::ssize(parts)), 10, stragglers);
    std::vector<sender_script> scripts;
    for (index sender = 0; sender < senders; ++sender)  // slow ones finish at most a few parts
      scripts.push_back({.part_s = random.bernoulli(0.5) ? random.uniform(4, 60) : 0.1,
                         .link_s = random.uniform(),
                         .helping_part_s = 1 + random.uniform()});
    for (auto& script : scripts)  // and never the rest
      if (script.part_s > 4)
        script.part_s = random.uniform(4, 9);
    const auto undisturbed = simulate(code, parts, scripts);
    BOOST_REQUIRE(undisturbed.decodable);
    BOOST_REQUIRE(error_of(undisturbed, parts) < 1e-9);
    const auto helpers = helpers_of(undisturbed, beginners);
    const index survived = std::min(stragglers, std::ssize(helpers) - 1);
    for (index bits = 0; bits < (index{1} << helpers.size()); ++bits) {
      if (std::popcount(static_cast<std::size_t>(bits)) > survived)
        continue;
      auto disturbed = scripts;
      for (std::size_t i = 0; i < helpers.size(); ++i)
        if ((bits >> i) & 1)
          disturbed[static_cast<std::size_t>(helpers[i])].helping_part_s = never_s;
      const auto round = simulate(code, parts, disturbed);
      BOOST_REQUIRE(round.decodable);
      BOOST_REQUIRE(error_of(round, parts) < 1e-9);
      BOOST_REQUIRE(round.orders.size() == undisturbed.orders.size());
      ++patterns;
    }
  }
  BOOST_TEST(patterns > 1000);
}

BOOST_AUTO_TEST_CASE(whoever_dies_whenever_the_survivors_give_the_exact_sum) {
  random_stream random{7, "tests.two_stage"};
  int third_stages = 0;
  for (int repetition = 0; repetition < 3000; ++repetition) {
    const index senders = 2 + random.below(7);
    const auto parts = random_parts(random, 1 + random.below(3 * senders));
    const auto code = two_stage_code({senders, std::ssize(parts), 0},
                                     std::min(1 + random.below(senders), std::ssize(parts)), 4,
                                     random.below(3));
    std::vector<sender_script> scripts;
    for (index sender = 0; sender < senders; ++sender)
      scripts.push_back({.part_s = random.uniform(0.2, 4),
                         .link_s = random.uniform(),
                         .dies_s = random.bernoulli(0.5) ? random.uniform(0, 15) : never_s});
    scripts[static_cast<std::size_t>(random.below(senders))].dies_s = never_s;
    const auto round = simulate(code, parts, scripts);
    BOOST_REQUIRE(round.decodable);
    BOOST_REQUIRE(error_of(round, parts) < 1e-8);
    third_stages += round.facts.at("stages") > 2;
  }
  BOOST_TEST(third_stages > 300);
}

BOOST_AUTO_TEST_CASE(a_clock_of_nanoseconds_that_wakes_it_a_trifle_early_will_do) {
  const auto code = two_stage_code({2, 4, 0}, 2, 3, 0);
  const auto round = code->open({});
  BOOST_TEST(round->take_orders().size() == 2);
  round->progressed(0, 1, 2, 1);
  round->progressed(1, 1, 1, 2);
  round->woken(2.5);
  BOOST_TEST(round->take_orders().empty());
  BOOST_TEST(round->wake_s().value() == 3);
  round->woken(3 - 4e-10);
  BOOST_TEST(round->take_orders().size() == 3);  // the rest, what is finished, and a helper's part
  BOOST_TEST(!round->wake_s().has_value());
}

BOOST_AUTO_TEST_CASE(progress_of_a_task_that_was_never_set_changes_nothing) {
  const auto round = two_stage_code({2, 4, 0}, 1, 3, 0)->open({});
  round->progressed(1, 7, 4, 1);
  BOOST_TEST(!round->decodable());
}

BOOST_AUTO_TEST_CASE(tolerance_beforehand_is_refused) {
  const auto code = make_code_of<two_stage>({4, 4, 1});
  BOOST_TEST(code.error().detail ==
             "coding.stragglers: \"two-stage\" adds redundancy only where a round lacks "
             "something, and survives whoever falls silent; it must be 0, or stage2_stragglers "
             "set");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::coding
