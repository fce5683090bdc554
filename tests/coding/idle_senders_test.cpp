#include <boost/test/unit_test.hpp>

#include "algorithms/coding/hierarchy/selected_senders.hpp"
#include "tests/support/codes.hpp"

namespace echelon::coding {
namespace {

using numbers = std::vector<index>;

/// A code over the senders 1, 3, 4 and 6 of seven.
selected_senders over_four(std::string_view name, index stragglers) {
  return {make_code(name, {4, 4, stragglers}).value(), {1, 3, 4, 6}, 7};
}

/// Asks its second sender for part 0 as soon as the first has answered, and wants to be woken.
class follow_up final : public gradient_code {
public:
  code_shape shape() const override { return {2, 1, 0}; }
  std::span<const coded_part> work(index) const override { return row_; }
  std::vector<double> choose(const round_outlook& seen) const override {
    return {seen.history[1].part_s};
  }
  std::unique_ptr<code_round> open(const round_outlook& outlook) const override {
    struct opened final : code_round {
      explicit opened(const round_outlook& seen) : history_s(seen.history[1].part_s) {
        wake_at(seen.foresee(1, 1));
      }
      void answered(index, index, double) override { ask({.sender = 1, .task = 1, .parts = {}}); }
      void lost(index, double) override {}
      bool decodable() const override { return false; }
      bool hopeless() const override { return false; }
      result<decoding> decode() const override { return decoding{}; }
      std::map<std::string, double> facts() const override { return {{"history_s", history_s}}; }
      double history_s;
    };
    return std::make_unique<opened>(outlook);
  }

private:
  std::vector<coded_part> row_{{0, 1.0}};
};

}  // namespace

BOOST_AUTO_TEST_SUITE(idle_senders)

BOOST_AUTO_TEST_CASE(only_the_selected_get_work) {
  const auto code = over_four("uncoded", 0);
  BOOST_TEST(code.shape().senders == 7);
  for (const index idle : {0, 2, 5})
    BOOST_TEST(code.work(idle).empty());
  BOOST_TEST(code.work(4).front().part == 2);
}

BOOST_AUTO_TEST_CASE(decoding_is_that_of_the_inner_code) {
  const auto code = over_four("polynomial", 1);
  const auto inner = make_code("polynomial", {4, 4, 1}).value();
  BOOST_TEST(!decodable(code, numbers{1, 6}));
  BOOST_TEST(decode(code, numbers{1, 4, 6})->weights == decode(*inner, numbers{0, 2, 3})->weights,
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(losing_the_others_changes_nothing) {
  const auto code = over_four("polynomial", 1);
  const auto round = code.open({});
  for (const index idle : {0, 2, 5}) {
    round->lost(idle, 0);
    BOOST_TEST(!round->wanted(idle));
  }
  round->lost(6, 0);
  BOOST_TEST(!round->hopeless());
  round->lost(3, 0);
  BOOST_TEST(round->hopeless());
}

BOOST_AUTO_TEST_CASE(dismissed_senders_are_named_by_their_outer_numbers) {
  const auto code = over_four("fractional-repetition", 1);
  const auto round = code.open({});
  round->answered(1, 0, 0);
  BOOST_TEST(round->take_dismissed() == (numbers{3}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(orders_histories_and_forecasts_are_passed_on) {
  const selected_senders code{std::make_shared<follow_up>(), {0, 2}, 3};
  std::vector<sender_history> history(3);
  history[2].part_s = 7;
  const auto round = code.open(
      {.round = 1, .history = history, .foresee = [](index sender, double) {
         return static_cast<double>(sender) + 0.5;
       }});
  BOOST_TEST(round->facts().at("history_s") == 7.0);
  BOOST_TEST(round->wake_s().value() == 2.5);
  round->answered(0, 0, 0);
  const auto orders = round->take_orders();
  BOOST_REQUIRE(orders.size() == 1u);
  BOOST_TEST(orders.front().sender == 2);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::coding
