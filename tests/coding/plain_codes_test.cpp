#include <cmath>

#include <boost/test/unit_test.hpp>

#include "tests/support/codes.hpp"

namespace echelon::coding {
namespace {

std::vector<index> parts_of(const gradient_code& code, index sender) {
  std::vector<index> parts;
  for (const coded_part& entry : code.work(sender))
    parts.push_back(entry.part);
  return parts;
}

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

BOOST_AUTO_TEST_CASE(repetition_refuses_groups_that_do_not_fit) {
  BOOST_TEST(
      make_code("fractional-repetition", {20, 20, 2}).error().detail ==
      "coding.stragglers: 20 senders do not divide into groups of 3 replicas; it must be one of "
      "0, 1, 3, 4, 9, 19");
  BOOST_TEST(make_code("fractional-repetition", {21, 20, 2}).error().detail ==
             "coding.parts: 20 parts do not divide over 7 groups; it must be a multiple of 7");
}

BOOST_AUTO_TEST_CASE(nobody_left_to_answer_is_refused) {
  BOOST_TEST(make_code("cyclic", {3, 3, 3}).error().detail ==
             "coding.stragglers: 3 stragglers among 3 senders leave nobody to answer; it must be "
             "between 0 and 2");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::coding
