#include <cmath>

#include <boost/test/unit_test.hpp>

#include "tests/support/codes.hpp"

namespace echelon::coding {
namespace {

const auto each = boost::test_tools::per_element();

}  // namespace

BOOST_AUTO_TEST_SUITE(plain_codes)

BOOST_AUTO_TEST_CASE(uncoded_deals_runs_that_differ_by_one_part_at_most) {
  const auto code = make_code("uncoded", {3, 8, 0}).value();
  BOOST_TEST(parts_of(*code, 0) == (std::vector<index>{0, 1}), each);
  BOOST_TEST(parts_of(*code, 1) == (std::vector<index>{2, 3, 4}), each);
  BOOST_TEST(parts_of(*code, 2) == (std::vector<index>{5, 6, 7}), each);
  BOOST_TEST(load_parts(*code) == 3);
}

BOOST_AUTO_TEST_CASE(uncoded_waits_for_everybody) {
  const auto code = make_code("uncoded", {3, 3, 0}).value();
  const std::vector<index> two{0, 2};
  BOOST_TEST(!decodable(*code, two));
  BOOST_TEST(decode(*code, two).error().detail == "uncoded: 2 answers arrived and 3 are needed");
  BOOST_TEST((decode(*code, two).error().code == errc::too_many_stragglers));
}

BOOST_AUTO_TEST_CASE(uncoded_refuses_stragglers_and_idle_senders) {
  BOOST_TEST(make_code("uncoded", {3, 3, 1}).error().detail ==
             "coding.stragglers: \"uncoded\" survives no straggler but 1 are to be survived; it "
             "must be 0, "
             "or the policy another one");
  BOOST_TEST(make_code("uncoded", {3, 2, 0}).error().detail ==
             "coding.parts: 2 parts for 3 senders leave some without work; it must be at least 3");
}

BOOST_AUTO_TEST_CASE(ignoring_stragglers_says_how_much_is_missing) {
  const auto code = make_code("ignore-stragglers", {4, 8, 1}).value();
  BOOST_TEST(!code->exact());
  const std::vector<index> three{0, 1, 3};
  BOOST_TEST(decodable(*code, three));
  const auto how = decode(*code, three).value();
  BOOST_TEST(!how.exact);
  BOOST_TEST(how.residual == std::sqrt(2.0 / 8));
  BOOST_TEST(how.weights == (std::vector<double>{1, 1, 1}), each);
  const std::vector<index> four{0, 1, 2, 3};
  BOOST_TEST(decode(*code, four)->exact);
}

BOOST_AUTO_TEST_CASE(repetition_takes_the_lowest_replica_of_every_group) {
  const auto code = make_code("fractional-repetition", {6, 4, 2}).value();
  BOOST_TEST(parts_of(*code, 1) == (std::vector<index>{0, 1}), each);
  BOOST_TEST(parts_of(*code, 5) == (std::vector<index>{2, 3}), each);
  const auto round = code->open({});
  round->answered(2, 0, 0);
  BOOST_TEST(!round->wanted(1));
  round->answered(1, 0, 0);
  BOOST_TEST(!round->decodable());
  round->answered(4, 0, 0);
  BOOST_TEST(round->decodable());
  const std::vector<index> arrived{1, 2, 4};
  const auto how = decode(*code, arrived).value();
  BOOST_TEST(how.weights == (std::vector<double>{1, 0, 1}), each);
  BOOST_TEST(how.exact);
}

BOOST_AUTO_TEST_CASE(repetition_names_the_silent_group) {
  const auto code = make_code("fractional-repetition", {6, 6, 1}).value();
  const std::vector<index> arrived{0, 1, 4};
  BOOST_TEST(decode(*code, arrived).error().detail ==
             "fractional-repetition: none of the 2 replicas of group 1 (of 3) has answered");
}

BOOST_AUTO_TEST_CASE(repetition_takes_larger_groups_where_they_do_not_divide) {
  // Specification 3.1: groups of s+1 or more; the load is K/G instead of K(s+1)/N.
  const auto code = make_code("fractional-repetition", {10, 10, 2}).value();
  BOOST_TEST(load_parts(*code) == 4);
  for (const index sender : {0, 1, 2})
    BOOST_TEST(parts_of(*code, sender) == (std::vector<index>{0, 1, 2, 3}), each);
  for (const index sender : {6, 7, 8, 9})
    BOOST_TEST(parts_of(*code, sender) == (std::vector<index>{7, 8, 9}), each);
  BOOST_TEST(code->order_free());
}

BOOST_AUTO_TEST_CASE(repetition_makes_no_more_groups_than_parts) {
  const auto code = make_code("fractional-repetition", {7, 2, 1}).value();
  BOOST_TEST(parts_of(*code, 2) == (std::vector<index>{0}), each);
  BOOST_TEST(parts_of(*code, 3) == (std::vector<index>{1}), each);
}

BOOST_AUTO_TEST_CASE(repetition_groups_senders_of_like_capacity_and_deals_by_the_slowest) {
  const auto code = make_code("fractional-repetition", {6, 12, 1, {4, 1, 2, 4, 0, 1}}).value();
  // Senders 0 and 3, of capacity 4; then 2 with the rest, of capacity 1. Nobody else can.
  for (const index sender : {0, 3})
    BOOST_TEST(std::ssize(code->work(sender)) == 10);
  for (const index sender : {1, 2, 5})
    BOOST_TEST(parts_of(*code, sender) == (std::vector<index>{10, 11}), each);
  BOOST_TEST(code->work(4).empty());
  BOOST_TEST(!code->order_free());
  const std::vector<index> arrived{1, 3};
  BOOST_TEST(decode(*code, arrived)->weights == (std::vector<double>{1, 1}), each);
}

BOOST_AUTO_TEST_CASE(an_answer_dismisses_the_replicas_of_its_sender) {
  const auto code = make_code("fractional-repetition", {6, 6, 2}).value();
  const auto round = code->open({});
  round->answered(1, 0, 0);
  BOOST_TEST(round->take_dismissed() == (std::vector<index>{0, 2}), each);
}

BOOST_AUTO_TEST_CASE(capacities_deal_unequal_runs_and_leave_idle_senders_out_of_the_round) {
  const auto code = make_code("uncoded", {3, 8, 0, {3, 0, 1}}).value();
  BOOST_TEST(parts_of(*code, 0) == (std::vector<index>{0, 1, 2, 3, 4, 5}), each);
  BOOST_TEST(code->work(1).empty());
  const std::vector<index> busy{0, 2};
  BOOST_TEST(decodable(*code, busy));
  const auto round = code->open({});
  BOOST_TEST(!round->wanted(1));
  round->lost(1, 0);
  BOOST_TEST(!round->hopeless());
}

BOOST_AUTO_TEST_CASE(nobody_left_to_answer_is_refused) {
  BOOST_TEST(make_code("cyclic", {3, 3, 3}).error().detail ==
             "coding.stragglers: 3 stragglers among 3 senders leave nobody to answer; it must be "
             "between 0 and 2");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::coding
