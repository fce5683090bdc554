#include <cmath>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "tests/support/code_shapes.hpp"
#include "tests/support/codes.hpp"

// Laws of who computes what and which answers decode: of codes whose senders do their row whatever
// happens. What every code does within a round is in code_rounds_test.cpp.

namespace echelon::coding {
namespace {

namespace data = boost::unit_test::data;

/// Every set of senders that have work, ascending.
template <class Use>
void for_busy_sets(const gradient_code& code, Use use) {
  const auto busy = busy_senders(code);
  for (index bits = 0; bits < (index{1} << busy.size()); ++bits) {
    auto chosen = subset(std::ssize(busy), bits);
    for (index& sender : chosen)
      sender = busy[static_cast<std::size_t>(sender)];
    use(chosen, std::ssize(busy) - std::ssize(chosen));
  }
}

/// Everybody with work but `absent` of them, drawn at random.
std::vector<index> busy_arrivals(random_stream& random, const gradient_code& code, index absent) {
  const auto busy = busy_senders(code);
  auto arrived = random_arrivals(random, std::ssize(busy), absent);
  for (index& sender : arrived)
    sender = busy[static_cast<std::size_t>(sender)];
  return arrived;
}

/// What must hold of a decode, whether it claims to be exact or not.
void check_decoding(const gradient_code& code, const matrix& encoding,
                    const std::vector<index>& arrived) {
  const auto how = decode(code, arrived);
  BOOST_REQUIRE(how);
  const auto [cuts, stacks] = code.frame();
  BOOST_REQUIRE(std::ssize(how->weights) == std::ssize(arrived) * cuts * stacks);
  const matrix errors = coefficients(code, encoding, arrived, *how) - plain_sum(code);
  const double size = static_cast<double>(encoding.cols());
  double noise = 0;
  for (std::size_t i = 0; i < arrived.size(); ++i)
    noise += (weights_of(code, *how, i).cwiseAbs2() *
              rows_of(code, encoding, arrived[i]).rowwise().squaredNorm())
                 .sum();
  const double calm = std::max(how->amplification, 1.0);
  BOOST_TEST(std::abs(how->amplification - std::sqrt(noise / size)) <= 1e-9 * calm);
  BOOST_TEST(std::abs(how->residual - errors.norm() / std::sqrt(size)) <= 1e-9 * calm);
  if (how->exact)
    BOOST_TEST(errors.cwiseAbs().maxCoeff() <= 1e-9 * calm);
  else
    BOOST_TEST(how->residual >= 1e-9);
  if (code.exact())
    BOOST_TEST(how->exact);
}

decoded_round collect(const gradient_code_ptr& code, std::span<const contribution> parts,
                      const std::vector<index>& order) {
  const block& first = parts.front().values;
  round_collector collector{code, first.size(), first.kind()};
  for (const index sender : order)
    collector.add({sender}, message(*code, sender, parts));
  auto decoded = collector.decode();
  BOOST_REQUIRE(decoded);
  return *std::move(decoded);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(coding_laws)

BOOST_DATA_TEST_CASE(every_tolerated_set_decodes_and_progress_knows_which_others_do,
                     data::make(fixed_codes()), name) {
  for_codes(name, small_shapes(), [](const gradient_code_ptr& code) {
    const matrix encoding = encoding_matrix(*code);
    for_busy_sets(*code, [&](const std::vector<index>& arrived, index absent) {
      const bool ready = decodable(*code, arrived);
      BOOST_REQUIRE(ready == decode(*code, arrived).has_value());
      BOOST_REQUIRE((ready || absent > code->shape().stragglers));
      if (ready)
        check_decoding(*code, encoding, arrived);
    });
  });
}

BOOST_DATA_TEST_CASE(large_codes_decode_from_random_tolerated_sets, data::make(fixed_codes()),
                     name) {
  for_codes(name, large_shapes(), [](const gradient_code_ptr& code) {
    const matrix encoding = encoding_matrix(*code);
    random_stream random{1, "laws.coding"};
    const index draws = code->shape().senders > 100 ? 5 : 50;
    for (index draw = 0; draw < draws; ++draw)
      check_decoding(*code, encoding,
                     busy_arrivals(random, *code, random.below(code->shape().stragglers + 1)));
  });
}

BOOST_DATA_TEST_CASE(exact_codes_hold_every_part_more_often_than_senders_may_be_absent,
                     data::make(fixed_codes()), name) {
  for_codes(name, small_shapes(), [](const gradient_code_ptr& code) {
    const code_shape shape = code->shape();
    std::vector<index> copies(static_cast<std::size_t>(shape.parts));
    index load = 0;
    for (index sender = 0; sender < shape.senders; ++sender) {
      const auto row = code->work(sender);
      load = std::max(load, std::ssize(row));
      for (const coded_part& entry : row)
        ++copies.at(static_cast<std::size_t>(entry.part));
    }
    BOOST_TEST(load_parts(*code) == load);
    if (code->exact())
      BOOST_TEST(std::ranges::min(copies) >= shape.stragglers + 1);
  });
}

BOOST_DATA_TEST_CASE(no_tolerated_set_amplifies_more_than_a_code_says, data::make(fixed_codes()),
                     name) {
  for_codes(name, small_shapes(), [](const gradient_code_ptr& code) {
    const index stragglers = code->shape().stragglers;
    double worst = 0;
    for_busy_sets(*code, [&](const std::vector<index>& arrived, index absent) {
      if (absent <= stragglers)
        worst = std::max(worst, decode(*code, arrived)->amplification);
    });
    BOOST_TEST(worst <= code->amplification_worst() * (1 + 1e-6));
  });
}

BOOST_DATA_TEST_CASE(the_order_of_arrival_changes_no_bit, data::make(fixed_codes()), name) {
  for_codes(name, {{12, 12, 0}, {12, 12, 2}, {40, 40, 4}}, [](const gradient_code_ptr& code) {
    random_stream random{3, "laws.coding"};
    const auto parts = draw_parts<float>(random, 101, code->shape().parts);
    auto order = busy_arrivals(random, *code, code->shape().stragglers);
    const auto first = collect(code, parts, order);
    for (int repetition = 0; repetition < 5; ++repetition) {
      random.shuffle(std::span{order});
      const auto again = collect(code, parts, order);
      BOOST_TEST(again.values.hash() == first.values.hash());
      BOOST_TEST(again.loss == first.loss);
      BOOST_TEST(again.senders == first.senders, boost::test_tools::per_element());
    }
  });
}

BOOST_DATA_TEST_CASE(a_round_is_hopeless_exactly_when_nobody_left_could_complete_it,
                     data::make(fixed_codes()), name) {
  for_codes(name, small_shapes(), [](const gradient_code_ptr& code) {
    for_busy_sets(*code, [&](const std::vector<index>& left, index) {
      const auto round = code->open({});
      for (const index sender : busy_senders(*code))
        if (!std::ranges::binary_search(left, sender))
          round->lost(sender, 0);
      BOOST_REQUIRE((round->hopeless() == !decodable(*code, left) ||
                     left.size() == busy_senders(*code).size()));
    });
  });
}

BOOST_DATA_TEST_CASE(a_shape_that_does_not_fit_is_refused_with_one_that_would,
                     data::make(codes().names()), name) {
  auto shapes = small_shapes();
  for (const code_shape& impossible :
       {code_shape{4, 0, 0}, {4, -1, 0}, {4, 4, 4}, {4, 4, 9}, {4, 4, -1}})
    shapes.push_back(impossible);
  for (const code_shape& shape : shapes) {
    const auto code = make_code(name, shape);
    if (code)
      continue;
    BOOST_TEST((code.error().code == errc::bad_input));
    BOOST_TEST_CONTEXT(code.error().detail) {
      BOOST_TEST(code.error().detail.starts_with("coding."));
      BOOST_TEST(code.error().detail.find("; ") != std::string::npos);
    }
  }
  BOOST_TEST(!make_code(name, {4, 0, 0}).has_value());
  BOOST_TEST(!make_code(name, {4, 4, 4}).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::coding
