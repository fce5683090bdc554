#include <cmath>

#include <boost/test/unit_test.hpp>

#include "algorithms/learning/clipping.hpp"
#include "algorithms/learning/schedule.hpp"
#include "tests/support/optimisers.hpp"

namespace echelon::learning {
namespace {

optimiser_ptr rule(std::string_view name, value_table settings = {}) {
  return make_rule(optimisers(), name, std::move(settings));
}

double factor(std::string_view name, value_table settings, index round, index rounds) {
  return schedules().make(name, settings, "optimizer.schedule").value()->factor(round, rounds);
}

const auto close = boost::test_tools::tolerance(1e-12);

}  // namespace

BOOST_AUTO_TEST_SUITE(optimiser_steps)

BOOST_AUTO_TEST_CASE(sgd_goes_down_the_slope) {
  BOOST_TEST(walk(*rule("sgd"), 1, {2, 4}, 0.1) == 1 - 0.2 - 0.4, close);
  BOOST_TEST(walk(*rule("sgd", {{"weight_decay", 0.5}}), 1, {2}, 0.1) == 1 - 0.1 * 2.5, close);
}

BOOST_AUTO_TEST_CASE(momentum_keeps_its_velocity) {
  // v = 2, x = 1 - 0.2; v = 1.8 + 4, x = 0.8 - 0.58.
  BOOST_TEST(walk(*rule("momentum"), 1, {2, 4}, 0.1) == 0.22, close);
  // Nesterov: x = 1 - 0.1 (2 + 1.8); x -= 0.1 (4 + 0.9 5.8).
  BOOST_TEST(walk(*rule("momentum", {{"nesterov", true}}), 1, {2, 4}, 0.1) == 1 - 0.38 - 0.922,
             close);
  // The decay joins the gradient: v = 3, then 2.7 + 4 + 0.7.
  BOOST_TEST(walk(*rule("momentum", {{"weight_decay", 1.0}}), 1, {2, 4}, 0.1) == 0.7 - 0.74, close);
}

BOOST_AUTO_TEST_CASE(adam_steps_by_the_rate_whatever_the_scale_of_the_gradient) {
  for (const double scale : {1e-4, 1.0, 1e4})
    BOOST_TEST(walk(*rule("adam"), 1, {scale, scale}, 0.1) == 0.8,
               boost::test_tools::tolerance(1e-3));
  // m = 0.9 0.2 + 0.1 4 = 0.58, unbiased by 1 - 0.81; v = 0.999 0.004 + 0.001 16, unbiased by 1 -
  // 0.998001.
  const double second = (0.58 / 0.19) / std::sqrt(0.019996 / (1 - 0.998001));
  BOOST_TEST(walk(*rule("adam", {{"epsilon", 1e-20}}), 1, {2, 4}, 0.1) == 0.9 - 0.1 * second,
             boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(adamw_shrinks_weights_past_the_moments) {
  const double plain = walk(*rule("adam"), 1, {2}, 0.1);
  const double decayed = walk(*rule("adamw", {{"weight_decay", 0.5}}), 1, {2}, 0.1);
  BOOST_TEST(plain - decayed == 0.1 * 0.5, close);
  BOOST_TEST(walk(*rule("adamw"), 1, {0, 0}, 0.1) == std::pow(1 - 0.1 * 0.01, 2), close);
}

BOOST_AUTO_TEST_CASE(numbers_beyond_the_gradient_are_left_alone) {
  for (const auto& name : optimisers().names()) {
    auto state = builder_of<float>({1, 2, 3});
    auto memory = fresh_state(*rule(name), 2, precision::single);
    rule(name)->step(state, builder_of<float>({1, 1}), 0.5, memory);
    BOOST_TEST(state.as<float>()[1] != 2.0F);
    BOOST_TEST(state.as<float>()[2] == 3.0F);
  }
}

BOOST_AUTO_TEST_CASE(bad_settings_are_refused) {
  const auto complaint = [](std::string_view name, value_table settings) {
    return optimisers().make(name, settings, "optimizer").error().detail;
  };
  BOOST_TEST(complaint("sgd", {{"momentum", 0.9}}) ==
             "optimizer.momentum: is not a known key; known: weight_decay");
  BOOST_TEST(complaint("momentum", {{"momentum", 1.5}}) ==
             "optimizer.momentum: 1.5 is out of range; it must be between 0 and 1");
  BOOST_TEST(complaint("sgd", {{"weight_decay", -1}}) ==
             "optimizer.weight_decay: -1 is out of range; it must be at least 0");
}

BOOST_AUTO_TEST_CASE(clipping_shortens_what_is_too_long_and_nothing_else) {
  auto gradient = builder_of<float>({3, 4});
  BOOST_TEST(clip(gradient, 0) == 5);
  BOOST_TEST(clip(gradient, 6) == 5);
  BOOST_TEST(gradient.as<float>()[0] == 3.0F);
  BOOST_TEST(clip(gradient, 1) == 5);
  BOOST_TEST(gradient.as<float>()[0] == 0.6F);
  BOOST_TEST(gradient.as<float>()[1] == 0.8F);
}

BOOST_AUTO_TEST_CASE(the_norm_sums_every_element_of_any_length) {
  for (const std::size_t length : {0u, 1u, 7u, 8u, 9u, 1000u}) {
    const auto ones = builder_of<double>(std::vector<double>(length, 2.0));
    BOOST_TEST(norm(ones) == 2 * std::sqrt(static_cast<double>(length)), close);
  }
}

BOOST_AUTO_TEST_CASE(schedules_have_their_shapes) {
  BOOST_TEST(factor("constant", {}, 70, 100) == 1);
  BOOST_TEST(factor("step", {{"every", 10}, {"factor", 0.5}}, 9, 100) == 1);
  BOOST_TEST(factor("step", {{"every", 10}, {"factor", 0.5}}, 20, 100) == 0.25);
  BOOST_TEST(factor("exponential", {{"decay", 0.5}}, 3, 100) == 0.125);
  BOOST_TEST(factor("cosine", {}, 0, 101) == 1);
  BOOST_TEST(factor("cosine", {}, 50, 101) == 0.5, close);
  BOOST_TEST(factor("cosine", {{"floor", 0.1}}, 100, 101) == 0.1, close);
  BOOST_TEST(factor("linear", {}, 25, 101) == 0.75, close);
  BOOST_TEST(factor("linear", {{"floor", 0.5}}, 100, 101) == 0.5, close);
  BOOST_TEST(factor("inverse-sqrt", {}, 3, 100) == 0.5);
}

BOOST_AUTO_TEST_CASE(every_schedule_warms_up_and_stays_between_zero_and_one) {
  for (const auto& name : schedules().names()) {
    const value_table warm{{"warmup_rounds", 4}};
    BOOST_TEST(factor(name, warm, 0, 20) == 0.2, close);
    BOOST_TEST(factor(name, warm, 3, 20) == 0.8, close);
    BOOST_TEST(factor(name, warm, 4, 20) == 1.0, close);
    for (index round = 0; round < 20; ++round) {
      BOOST_TEST(factor(name, warm, round, 20) >= 0);
      BOOST_TEST(factor(name, warm, round, 20) <= 1);
    }
    BOOST_TEST(factor(name, {}, 0, 1) == 1);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::learning
