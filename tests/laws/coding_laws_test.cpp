#include <cmath>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "algorithms/coding/round_collector.hpp"
#include "tests/support/codes.hpp"

namespace echelon::coding {
namespace {

namespace data = boost::unit_test::data;

/// Every shape worth a look: one sender, primes, powers of two, K = N and multiples, and K that
/// fits nothing.
std::vector<code_shape> small_shapes() {
  std::vector<code_shape> shapes;
  for (const index senders : {1, 2, 3, 4, 5, 6, 8, 9, 10})
    for (index stragglers = 0; stragglers < std::min<index>(senders, 5); ++stragglers)
      for (const index parts : {senders, 2 * senders, senders + 3})
        shapes.push_back({senders, parts, stragglers});
  return shapes;
}

std::vector<code_shape> large_shapes() {
  return {{100, 250, 0}, {21, 21, 2},   {20, 40, 3},  {40, 40, 4},
          {60, 60, 3},   {100, 100, 4}, {400, 400, 3}};
}

/// Calls `check` with every code of that name the shapes allow.
template <class Check>
void for_codes(const std::string& name, const std::vector<code_shape>& shapes, Check check) {
  int made = 0;
  for (const code_shape& shape : shapes) {
    BOOST_TEST_CONTEXT(name << " N=" << shape.senders << " K=" << shape.parts
                            << " s=" << shape.stragglers) {
      const auto code = make_code(name, shape);
      if (!code)
        continue;
      ++made;
      check(**code);
    }
  }
  BOOST_TEST(made > 0);
}

/// What must hold of a decode, whether it claims to be exact or not.
void check_decoding(const gradient_code& code, const matrix& encoding,
                    const std::vector<index>& arrived) {
  const auto how = decode(code, arrived);
  BOOST_REQUIRE(how);
  BOOST_REQUIRE(how->weights.size() == arrived.size());
  const vector errors = coefficients(encoding, arrived, *how) - vector::Ones(encoding.cols());
  const double parts = static_cast<double>(encoding.cols());
  double noise = 0;
  for (std::size_t i = 0; i < arrived.size(); ++i)
    noise += how->weights[i] * how->weights[i] * encoding.row(arrived[i]).squaredNorm();
  BOOST_TEST(std::abs(how->amplification - std::sqrt(noise / parts)) <= 1e-9 * how->amplification);
  BOOST_TEST(std::abs(how->residual - errors.norm() / std::sqrt(parts)) <=
             1e-12 * std::max(how->amplification, 1.0));
  if (how->exact)
    BOOST_TEST(errors.cwiseAbs().maxCoeff() <= 1e-10 * std::max(how->amplification, 1.0));
  else
    BOOST_TEST(how->residual > 1e-3);
  if (code.exact())
    BOOST_TEST(how->exact);
}

/// Sums of parts drawn at random, and the message of one sender.
struct random_round {
  Eigen::MatrixXd gradients;  ///< one column a part
  vector message(const gradient_code& code, index sender) const {
    vector sum = vector::Zero(gradients.rows());
    for (const coded_part& entry : code.work(sender))
      sum += entry.coefficient * gradients.col(entry.part);
    return sum;
  }
};

random_round draw_round(random_stream& random, index dimension, index parts) {
  random_round round{Eigen::MatrixXd(dimension, parts)};
  for (double& number : round.gradients.reshaped())
    number = random.normal();
  return round;
}

template <class Scalar>
contribution as_contribution(const vector& message) {
  block_builder values{message.size(), precision_of<Scalar>};
  std::ranges::transform(message, values.as<Scalar>().begin(),
                         [](double number) { return static_cast<Scalar>(number); });
  return {block::freeze(std::move(values)), 1.0, 2.0};
}

template <class Scalar>
decoded_round collect(const gradient_code_ptr& code, const random_round& round,
                      const std::vector<index>& order) {
  round_collector collector{code, round.gradients.rows(), precision_of<Scalar>};
  for (const index sender : order)
    collector.add({sender}, as_contribution<Scalar>(round.message(*code, sender)));
  auto decoded = collector.decode();
  BOOST_REQUIRE(decoded);
  return *std::move(decoded);
}

std::uint64_t hash_of_random_arrivals(const gradient_code_ptr& code, const random_round& round,
                                      random_stream& random) {
  const code_shape shape = code->shape();
  const auto arrived = random_arrivals(random, shape.senders, shape.stragglers);
  return collect<float>(code, round, arrived).values.hash();
}

template <class Scalar>
double relative_error(const decoded_round& decoded, const random_round& round) {
  const vector expected = round.gradients.rowwise().sum();
  vector actual(expected.size());
  std::ranges::copy(decoded.values.as<Scalar>(), actual.begin());
  return (actual - expected).norm() / expected.norm();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(coding_laws)

BOOST_DATA_TEST_CASE(every_tolerated_set_decodes_and_progress_knows_which_others_do,
                     data::make(codes().names()), name) {
  for_codes(name, small_shapes(), [](const gradient_code& code) {
    const code_shape shape = code.shape();
    const matrix encoding = encoding_matrix(code);
    for (index bits = 0; bits < (index{1} << shape.senders); ++bits) {
      const auto arrived = subset(shape.senders, bits);
      const bool ready = decodable(code, arrived);
      BOOST_REQUIRE(ready == decode(code, arrived).has_value());
      BOOST_REQUIRE((ready || std::ssize(arrived) < shape.senders - shape.stragglers));
      if (ready)
        check_decoding(code, encoding, arrived);
    }
  });
}

BOOST_DATA_TEST_CASE(large_codes_decode_from_random_tolerated_sets, data::make(codes().names()),
                     name) {
  for_codes(name, large_shapes(), [](const gradient_code& code) {
    const code_shape shape = code.shape();
    const matrix encoding = encoding_matrix(code);
    random_stream random{1, "laws.coding"};
    for (int repetition = 0; repetition < 100; ++repetition)
      check_decoding(code, encoding,
                     random_arrivals(random, shape.senders, random.below(shape.stragglers + 1)));
  });
}

BOOST_DATA_TEST_CASE(exact_codes_hold_every_part_more_often_than_senders_may_be_absent,
                     data::make(codes().names()), name) {
  for_codes(name, small_shapes(), [](const gradient_code& code) {
    const matrix encoding = encoding_matrix(code);
    index load = 0;
    for (index sender = 0; sender < encoding.rows(); ++sender) {
      const auto row = code.work(sender);
      load = std::max(load, std::ssize(row));
      BOOST_TEST(std::ranges::is_sorted(row, {}, &coded_part::part));
    }
    BOOST_TEST(load_parts(code) == load);
    if (!code.exact())
      return;
    for (index part = 0; part < encoding.cols(); ++part)
      BOOST_TEST((encoding.col(part).array() != 0).count() >= code.shape().stragglers + 1);
  });
}

BOOST_DATA_TEST_CASE(messages_decode_to_the_plain_sum, data::make(codes().names()), name) {
  auto shapes = small_shapes();
  std::ranges::copy(large_shapes(), std::back_inserter(shapes));
  for_codes(name, shapes, [&name](const gradient_code& code) {
    const code_shape shape = code.shape();
    const auto shared = make_code(name, shape).value();
    random_stream random{2, "laws.coding"};
    const auto round = draw_round(random, 40, shape.parts);
    const auto arrived = random_arrivals(random, shape.senders, shape.stragglers);
    const auto doubles = collect<double>(shared, round, arrived);
    const auto floats = collect<float>(shared, round, arrived);
    if (!doubles.how.exact)
      return;
    const double amplification = std::max(doubles.how.amplification, 1.0);
    BOOST_TEST(relative_error<double>(doubles, round) <= 1e-10 * amplification);
    // A float holds 6e-8; the sum of so many roundings stays below 1e-6.
    BOOST_TEST(relative_error<float>(floats, round) <= 1e-6 * amplification);
  });
}

BOOST_DATA_TEST_CASE(the_order_of_arrival_changes_no_bit, data::make(codes().names()), name) {
  for_codes(name, {{12, 12, 0}, {12, 12, 2}, {40, 40, 4}}, [&name](const gradient_code& code) {
    const auto shared = make_code(name, code.shape()).value();
    random_stream random{3, "laws.coding"};
    const auto round = draw_round(random, 100, code.shape().parts);
    auto order = random_arrivals(random, code.shape().senders, code.shape().stragglers);
    const auto first = collect<float>(shared, round, order);
    for (int repetition = 0; repetition < 20; ++repetition) {
      random.shuffle(std::span{order});
      const auto again = collect<float>(shared, round, order);
      BOOST_TEST(again.values.hash() == first.values.hash());
      BOOST_TEST(again.loss == first.loss);
      BOOST_TEST(again.senders == first.senders, boost::test_tools::per_element());
    }
  });
}

BOOST_DATA_TEST_CASE(order_free_codes_use_plain_sums_and_give_the_same_bits_whoever_answers,
                     data::make(codes().names()), name) {
  for_codes(name, {{12, 12, 0}, {12, 12, 2}, {12, 24, 3}}, [&name](const gradient_code& code) {
    if (!code.order_free())
      return;
    const auto shared = make_code(name, code.shape()).value();
    random_stream random{4, "laws.coding"};
    const auto round = draw_round(random, 100, code.shape().parts);
    const auto first = hash_of_random_arrivals(shared, round, random);
    for (int repetition = 0; repetition < 20; ++repetition)
      BOOST_TEST(hash_of_random_arrivals(shared, round, random) == first);
  });
}

BOOST_DATA_TEST_CASE(a_shape_that_does_not_fit_is_refused_with_one_that_would,
                     data::make(codes().names()), name) {
  std::vector<code_shape> shapes = small_shapes();
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
