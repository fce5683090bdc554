#include "actors/gathering.hpp"

#include <cmath>
#include <limits>

#include <boost/test/unit_test.hpp>

namespace echelon::actors {
namespace {

constexpr std::uint64_t plan_id = 9;

block ones(index count) {
  block_builder values{count, precision::single};
  for (float& value : values.as<float>())
    value = 1;
  return block::freeze(std::move(values));
}

coded_gradient answer(std::int32_t sender, std::int64_t round = 4) {
  return {.round = round,
          .plan = plan_id,
          .sender = sender,
          .answer = {ones(3), 0.5, 2},
          .payload_bytes = 12,
          .note = {.workers = {{.worker = sender, .parts = 2, .busy_s = 1}}, .edges = {}}};
}

gathering of_three(const std::string& policy, index stragglers) {
  auto code = coding::codes().make(policy, value_table{}, "coding",
                                   coding::code_shape{3, 3, stragglers});
  return gathering{
      {.code = *code, .dimension = 3, .kind = precision::single, .round = 4, .plan = plan_id}};
}

node_id name_worker(std::int32_t sender) { return {role::worker, sender}; }

}  // namespace

BOOST_AUTO_TEST_SUITE(gatherings)

BOOST_AUTO_TEST_CASE(stale_foreign_and_repeated_answers_change_nothing_but_a_counter) {
  auto round = of_three("uncoded", 0);
  BOOST_TEST((round.add(answer(1)) == gathering::verdict::waiting));

  coded_gradient other_plan = answer(0);
  other_plan.plan = 8;
  for (const auto& wrong :
       {answer(0, 3), answer(0, 5), answer(1), answer(3), answer(-1), other_plan})
    BOOST_TEST((round.add(wrong) == gathering::verdict::stale));

  BOOST_TEST(round.refused() == 6);
  BOOST_TEST(round.notes().parts_computed() == 2);
  BOOST_TEST((round.add(answer(0)) == gathering::verdict::waiting));
  BOOST_TEST((round.add(answer(2)) == gathering::verdict::ready));
  BOOST_TEST(round.decode()->values.as<float>()[0] == 3.0F);
  BOOST_TEST(round.decode()->loss == 1.5);
}

BOOST_AUTO_TEST_CASE(an_answer_that_is_not_finite_or_too_short_makes_its_sender_a_straggler) {
  auto round = of_three("fractional-repetition", 2);
  coded_gradient short_one = answer(0);
  short_one.answer.values = ones(2);
  coded_gradient endless = answer(1);
  endless.answer.loss = std::numeric_limits<double>::infinity();

  BOOST_TEST((round.add(short_one) == gathering::verdict::waiting));
  BOOST_TEST((round.add(endless) == gathering::verdict::waiting));
  BOOST_TEST(round.refused() == 2);
  BOOST_TEST((round.add(answer(0)) == gathering::verdict::stale));
  BOOST_TEST((round.add(answer(2)) == gathering::verdict::ready));
}

BOOST_AUTO_TEST_CASE(it_knows_at_once_when_too_many_are_lost) {
  auto round = of_three("cyclic", 1);
  BOOST_TEST((round.lose(2, "is dead") == gathering::verdict::waiting));
  BOOST_TEST((round.lose(2, "is dead") == gathering::verdict::stale));
  BOOST_TEST((round.lose(0, "is silent") == gathering::verdict::hopeless));
  BOOST_TEST(round.why_lost(name_worker) ==
             "worker/2 is dead; worker/0 is silent; the others are too few to decode");
}

BOOST_AUTO_TEST_CASE(after_the_seal_an_answer_counts_as_work_but_not_as_gradient) {
  auto round = of_three("fractional-repetition", 2);
  BOOST_TEST((round.add(answer(1)) == gathering::verdict::ready));
  round.seal();
  round.count_late(answer(0));

  BOOST_TEST(round.notes().parts_computed() == 4);
  BOOST_TEST(round.refused() == 1);
  BOOST_TEST(!round.through_with(0));
  BOOST_TEST(round.decode()->senders == std::vector<index>{1}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_an_edge_left_out_shows_in_the_certificate_above) {
  const auto code = [](index parts, index stragglers) {
    return *coding::codes().make(stragglers > 0 ? "ignore-stragglers" : "uncoded", value_table{},
                                 "coding", coding::code_shape{2, parts, stragglers});
  };
  gathering edge{{.code = code(4, 1),
                  .dimension = 3,
                  .kind = precision::single,
                  .round = 4,
                  .plan = plan_id,
                  .parts_above = {{0, 1.0}, {1, 1.0}, {2, 1.0}, {3, 1.0}}}};
  BOOST_TEST((edge.add(answer(1)) == gathering::verdict::ready));
  gathering root{
      {.code = code(8, 0), .dimension = 3, .kind = precision::single, .round = 4, .plan = plan_id}};
  coded_gradient from_edge = answer(0);
  from_edge.answer = edge.contribute(*edge.decode());
  root.add(from_edge);
  root.add(answer(1));

  const auto decoded = root.decode();
  BOOST_TEST(!decoded->how.exact);
  BOOST_TEST(decoded->how.residual == std::sqrt(2.0 / 8), boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::actors
