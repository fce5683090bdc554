#include <boost/test/unit_test.hpp>

#include "tests/support/code_simulator.hpp"
#include "tests/support/codes.hpp"

namespace echelon::coding {
namespace {

const auto each = boost::test_tools::per_element();

std::vector<index> loads(const gradient_code& code) {
  std::vector<index> found;
  for (index sender = 0; sender < code.shape().senders; ++sender)
    found.push_back(std::ssize(code.work(sender)));
  return found;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(unequal_codes)

BOOST_AUTO_TEST_CASE(polynomial_deals_shares_by_capacity_each_part_on_s_plus_one_senders) {
  const auto code = make_code("polynomial", {4, 12, 1, {1, 2, 3, 2}}).value();
  BOOST_TEST(loads(*code) == (std::vector<index>{3, 6, 9, 6}), each);
  const auto copies = (encoding_matrix(*code).array() != 0).colwise().count();
  BOOST_TEST(copies.minCoeff() == 2);
  BOOST_TEST(copies.maxCoeff() == 2);
}

BOOST_AUTO_TEST_CASE(polynomial_without_stragglers_is_plain_summation) {
  const auto code = make_code("polynomial", {3, 7, 0}).value();
  BOOST_TEST((encoding_matrix(*code) == encoding_matrix(*make_code("uncoded", {3, 7, 0}).value())));
  BOOST_TEST(code->order_free());
}

BOOST_AUTO_TEST_CASE(polynomial_repeats_everything_where_one_answer_must_do) {
  for (const code_shape& shape : {code_shape{4, 6, 3}, {6, 1, 2}, {5, 4, 2, {1, 0, 1, 0, 9}}}) {
    const auto code = make_code("polynomial", shape).value();
    const auto busy = busy_senders(*code);
    BOOST_TEST(std::ssize(busy) == shape.stragglers + 1);
    for (const index sender : busy) {
      const auto how = decode(*code, std::span{&sender, 1}).value();
      BOOST_TEST(how.weights == std::vector<double>{1}, each);
      BOOST_TEST(how.amplification == 1);
    }
  }
}

BOOST_AUTO_TEST_CASE(speeds_deal_the_shares_of_the_heterogeneity_aware_code) {
  const auto code = codes()
                        .make("heterogeneity-aware",
                              value_table{{"speeds", value_list{1, 2, 3, 4, 4}}}, "coding",
                              {5, 7, 1})
                        .value();
  BOOST_TEST(loads(*code) == (std::vector<index>{1, 2, 3, 4, 4}), each);
  // Runs 0 | 1 2 | 3 4 5 | 6 0 1 2 | 3 4 5 6 make two groups.
  const std::vector<index> group{0, 1, 4};
  BOOST_TEST(decode(*code, group)->weights == (std::vector<double>{1, 1, 1}), each);
  const std::vector<index> others{2, 3};
  BOOST_TEST(decodable(*code, others));
}

BOOST_AUTO_TEST_CASE(without_a_group_the_heterogeneity_aware_code_is_the_polynomial_one) {
  const code_shape shape{4, 7, 1, {3, 3, 3, 5}};
  BOOST_TEST((encoding_matrix(*make_code("heterogeneity-aware", shape).value()) ==
              encoding_matrix(*make_code("polynomial", shape).value())));
}

BOOST_AUTO_TEST_CASE(equal_speeds_make_as_many_groups_as_copies) {
  const auto code = make_code("heterogeneity-aware", {6, 6, 1}).value();
  BOOST_TEST(code->amplification_worst() == 1);
  const std::vector<index> group{3, 4, 5};
  BOOST_TEST(decodable(*code, group));
  const std::vector<index> mixed{0, 1, 5};  // runs of one group and of the other
  BOOST_TEST(decodable(*code, mixed));
}

BOOST_AUTO_TEST_CASE(speeds_that_do_not_fit_are_refused) {
  const auto refusal = [](value_list speeds) {
    return codes()
        .make("heterogeneity-aware", value_table{{"speeds", std::move(speeds)}}, "coding",
              {3, 6, 1})
        .error()
        .detail;
  };
  BOOST_TEST(refusal({1, 2}) ==
             "coding.speeds: 2 speeds for 3 senders; there must be one for each");
  BOOST_TEST(refusal({1, 0, 2}) ==
             "coding.speeds: entry 1 is no speed; it must be a number above 0");
}

BOOST_AUTO_TEST_CASE(partial_stragglers_are_waited_for_only_with_their_private_parts) {
  const auto code = make_code("partially-coded", {4, 16, 1}).value();
  BOOST_TEST(loads(*code) == (std::vector<index>{2, 2, 2, 2}), each);
  random_stream random{1, "partial"};
  const auto parts = draw_parts<double>(random, 5, 16);
  std::vector<sender_script> scripts(4);
  scripts[2].part_s = 2.5;  // private parts after 5 s, coded ones 10 s later
  const auto seen = code_simulator{code, parts, scripts}.run();
  BOOST_REQUIRE(seen.decoded);
  BOOST_TEST(seen.time_s == 6.0);  // two private and four coded parts of the others
  BOOST_TEST(relative_error<double>(*seen.decoded, parts) < 1e-12);
  scripts[2].dies_s = 1;
  BOOST_TEST((code_simulator{code, parts, scripts}.run().hopeless));
}

BOOST_AUTO_TEST_CASE(a_partial_code_needs_something_to_code) {
  const auto code = codes().make("partially-coded", value_table{{"private_share", 1.0}}, "coding",
                                 {4, 4, 1});
  BOOST_TEST(code.error().detail ==
             "coding.private_share: none of 4 parts is left to be coded; it must be below 1, or "
             "the policy \"uncoded\"");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::coding
