#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "tests/support/code_shapes.hpp"
#include "tests/support/code_simulator.hpp"

// Laws of every code within a round, through a simulator of senders that compute, report, answer
// and die: those that order work, hold answers or watch progress included.

namespace echelon::coding {
namespace {

namespace data = boost::unit_test::data;

std::vector<sender_script> draw_speeds(random_stream& random, index senders) {
  std::vector<sender_script> scripts;
  for (index sender = 0; sender < senders; ++sender)
    scripts.push_back({.part_s = 0.1 + random.exponential(), .link_s = random.exponential()});
  return scripts;
}

/// Some senders of the script, at random, get `change`.
template <class Change>
void change_some(random_stream& random, std::vector<sender_script>& scripts, index some,
                 Change change) {
  for (const index sender : sample_without_replacement(random, std::ssize(scripts), some))
    change(scripts[static_cast<std::size_t>(sender)]);
}

void stay_silent(sender_script& script) { script.part_s = never_s; }

std::vector<code_shape> round_shapes() {
  return {{1, 2, 0}, {4, 4, 1},  {5, 5, 0},   {6, 6, 2},   {6, 12, 1},  {7, 7, 3},
          {8, 8, 2}, {9, 18, 2}, {12, 12, 2}, {12, 24, 3}, {20, 40, 3}, {40, 40, 4}};
}

template <class Scalar>
void check_exact(const gradient_code_ptr& code, random_stream& random, double rounding) {
  for (const index dimension : {1, 7, 40}) {
    const auto parts = draw_parts<Scalar>(random, dimension, code->shape().parts);
    auto scripts = draw_speeds(random, code->shape().senders);
    change_some(random, scripts, random.below(code->shape().stragglers + 1), stay_silent);
    const auto seen = code_simulator{code, parts, scripts}.run();
    BOOST_REQUIRE(seen.decodable);
    BOOST_REQUIRE(seen.decoded);
    if (code->exact())
      BOOST_TEST(seen.decoded->how.exact);
    if (seen.decoded->how.exact)
      BOOST_TEST(relative_error<Scalar>(*seen.decoded, parts) <=
                 rounding * std::max(seen.decoded->how.amplification, 1.0));
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(code_rounds)

BOOST_DATA_TEST_CASE(rounds_without_the_tolerated_stragglers_give_the_plain_sum,
                     data::make(codes().names()), name) {
  for_codes(name, round_shapes(), [](const gradient_code_ptr& code) {
    random_stream random{1, "laws.rounds"};
    for (int repetition = 0; repetition < 5; ++repetition) {
      check_exact<double>(code, random, 1e-12);
      // A float holds 6e-8; the sum of so many roundings stays below 1e-6.
      check_exact<float>(code, random, 1e-6);
    }
  });
}

BOOST_DATA_TEST_CASE(order_free_codes_give_the_same_bits_whoever_answers,
                     data::make(codes().names()), name) {
  for_codes(name, {{12, 12, 0}, {12, 12, 2}, {12, 24, 3}}, [](const gradient_code_ptr& code) {
    if (!code->order_free())
      return;
    random_stream random{2, "laws.rounds"};
    const auto parts = draw_parts<float>(random, 101, code->shape().parts);
    std::optional<std::uint64_t> first;
    for (int repetition = 0; repetition < 20; ++repetition) {
      auto scripts = draw_speeds(random, code->shape().senders);
      change_some(random, scripts, code->shape().stragglers, stay_silent);
      const auto seen = code_simulator{code, parts, scripts}.run();
      BOOST_REQUIRE(seen.decoded);
      BOOST_TEST(seen.decoded->values.hash() == first.value_or(seen.decoded->values.hash()));
      first = seen.decoded->values.hash();
    }
  });
}

BOOST_DATA_TEST_CASE(whoever_dies_a_round_ends_and_tolerated_deaths_end_it_well,
                     data::make(codes().names()), name) {
  for_codes(name, round_shapes(), [](const gradient_code_ptr& code) {
    random_stream random{3, "laws.rounds"};
    const code_shape shape = code->shape();
    const auto parts = draw_parts<double>(random, 3, shape.parts);
    for (int repetition = 0; repetition < 30; ++repetition) {
      const index deaths = random.below(shape.senders + 1);
      auto scripts = draw_speeds(random, shape.senders);
      change_some(random, scripts, deaths,
                  [&random](sender_script& script) { script.dies_s = 3 * random.uniform(); });
      const auto seen = code_simulator{code, parts, scripts}.run();
      BOOST_TEST((seen.decodable || seen.hopeless));
      BOOST_TEST((seen.decodable || deaths > shape.stragglers));
      if (!seen.decodable)
        continue;
      BOOST_REQUIRE(seen.decoded);
      if (code->exact())
        BOOST_TEST(relative_error<double>(*seen.decoded, parts) <=
                   1e-12 * std::max(seen.decoded->how.amplification, 1.0));
    }
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::coding
