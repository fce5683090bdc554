#include <boost/test/unit_test.hpp>

#include "algorithms/merging/matching/activation_matching.hpp"
#include "algorithms/merging/matching/weight_matching.hpp"
#include "tests/support/merging.hpp"

namespace echelon::merging {
namespace {

using testing::network_case;

/// Units that follow shared factors, about a mean that is large beside their deviation.
struct recorded {
  std::vector<std::vector<double>> left, right;  ///< per unit, per sample

  recorded(index units, index samples, double mean, std::uint64_t seed) {
    random_stream random{seed, "recorded"};
    left.resize(slot(units), std::vector<double>(slot(samples)));
    right = left;
    for (index n = 0; n < samples; ++n) {
      const double factor = random.normal();
      for (index u = 0; u < units; ++u) {
        left[slot(u)][slot(n)] = mean + factor + random.normal();
        right[slot(u)][slot(n)] = -mean + factor - random.normal();
      }
    }
  }
};

/// One class read at node 1, a unit per feature.
permutation_spec spec_of_units(index units) {
  permutation_spec spec;
  permutation_class& one = spec.classes.emplace_back();
  one.units = units;
  one.reading = {1, "read", {{.number = 0, .units = units}}};
  return spec;
}

template <class Scalar>
void show(feature_reader<Scalar>& reader, const std::vector<std::vector<double>>& units,
          index first, index count) {
  const index stride = learning::kernels::padded(count);
  std::vector<Scalar> numbers;
  for (const auto& unit : units)
    for (index n = 0; n < stride; ++n)
      numbers.push_back(static_cast<Scalar>(unit[slot(first + std::min(n, count - 1))]));
  reader.read(learning::activation<Scalar>{1, std::ssize(units), count, stride, numbers.data()});
}

template <class Scalar>
correlation streamed(const recorded& data, const std::vector<index>& counts, index first = 0) {
  const index units = std::ssize(data.left);
  const permutation_spec spec = spec_of_units(units);
  feature_reader<Scalar> left{spec}, right{spec};
  correlation sums{units};
  for (const index count : counts) {
    show(left, data.left, first, count);
    show(right, data.right, first, count);
    sums.add(left.of_class(0), right.of_class(0),
             learning::kernels::kernels_for<Scalar>(learning::math_mode::portable));
    first += count;
  }
  return sums;
}

/// In one go, in double, from numbers rounded as the stream sees them.
template <class Scalar>
matrix direct(const recorded& data, similarity kind) {
  const index units = std::ssize(data.left), samples = std::ssize(data.left[0]);
  matrix left{units, samples}, right{units, samples};
  for (index u = 0; u < units; ++u)
    for (index n = 0; n < samples; ++n) {
      left(u, n) = static_cast<double>(static_cast<Scalar>(data.left[slot(u)][slot(n)]));
      right(u, n) = static_cast<double>(static_cast<Scalar>(data.right[slot(u)][slot(n)]));
    }
  if (kind == similarity::pearson)
    for (matrix* one : {&left, &right})
      *one = one->colwise() - one->rowwise().mean();
  if (kind != similarity::inner)
    for (matrix* one : {&left, &right})
      *one = one->rowwise().normalized() * std::sqrt(static_cast<double>(samples));
  return left * right.transpose() / static_cast<double>(samples);
}

double worst(const matrix& left, const matrix& right) {
  return (left - right).cwiseAbs().maxCoeff() / std::max(1.0, right.cwiseAbs().maxCoeff());
}

std::vector<index> planted_failures(const unit_orders& found, const unit_orders& expected) {
  std::vector<index> failures;
  for (std::size_t c = 0; c < found.size(); ++c)
    if (found[c] != expected[c])
      failures.push_back(static_cast<index>(c));
  return failures;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(activation_matchings)

BOOST_AUTO_TEST_CASE(streams_agree_with_one_pass_however_they_are_cut) {
  for (const double mean : {0.0, 1.0, 100.0}) {
    const recorded data{7, 640, mean, 5};
    for (const std::vector<index>& counts :
         {std::vector<index>{640}, {240, 240, 160}, {16, 1, 15, 608}, {300, 340}})
      for (const similarity kind : {similarity::pearson, similarity::cosine, similarity::inner})
        BOOST_TEST_CONTEXT("mean " << mean << ", " << counts.size() << " passes") {
          BOOST_TEST(worst(streamed<float>(data, counts).alike(kind), direct<float>(data, kind)) <=
                     1e-6);
          BOOST_TEST(worst(streamed<double>(data, counts).alike(kind),
                           direct<double>(data, kind)) <= 1e-12);
        }
  }
}

BOOST_AUTO_TEST_CASE(sums_taken_apart_add_up) {
  const recorded data{5, 200, 30, 9};
  correlation both = streamed<double>(data, {90});
  both.absorb(streamed<double>(data, {60, 50}, 90));
  correlation none{5};
  none.absorb(both);
  for (const similarity kind : {similarity::pearson, similarity::cosine, similarity::inner})
    BOOST_TEST(worst(none.alike(kind), direct<double>(data, kind)) <= 1e-11);
}

BOOST_AUTO_TEST_CASE(what_is_not_finite_or_never_changes_is_like_nothing) {
  recorded data{3, 64, 0, 2};
  data.left[1].assign(64, 4.0);
  data.right[2][7] = std::nan("");
  const correlation sums = streamed<float>(data, {32, 32});
  const matrix alike = sums.alike(similarity::pearson);
  BOOST_TEST(alike.row(1).cwiseAbs().maxCoeff() <= 1e-6);
  BOOST_TEST(alike.allFinite());
  BOOST_TEST(sums.dead_units() == 1);
}

BOOST_AUTO_TEST_CASE(a_planted_permutation_is_recovered_from_every_network) {
  for (const network_case& one : testing::all_networks())
    for (const precision kind : {precision::single, precision::double_}) {
      if (one.input.size() == 1)
        continue;  // units that bend nowhere are all alike where the input is one number
      const auto made = one.compiled(kind, learning::math_mode::native).value();
      const permutation_spec spec = derive_permutations(*made->graph()).value();
      const auto data = testing::random_samples(one.input, 120, one.classes, 3);
      const auto rows = testing::all_rows(data);
      const block state = kind == precision::single ? testing::disturbed_state<float>(*made, 1)
                                                    : testing::disturbed_state<double>(*made, 1);
      random_stream random{7, "planted"};
      const unit_orders planted = random_orders(spec, random);
      // Units that fire for the same single sample are equal but for the rounding of floats.
      const match_options options{.tie_break = kind == precision::single ? 1e-4 : 1e-6};
      const auto found = match_activations(*made, spec, state, permute(spec, state, planted),
                                           {&data, rows}, options);
      BOOST_TEST_CONTEXT(one.name << ' ' << one.input.size() << ' ' << bytes_of(kind)) {
        BOOST_TEST_REQUIRE(found.has_value(), found.error().detail);
        BOOST_TEST(planted_failures(found->orders, inverse(planted)).empty());
        for (const class_match& match : found->classes)
          BOOST_TEST((match.dead_units > 0 || match.likeness > 1 - 1e-4));
      }
    }
}

BOOST_AUTO_TEST_CASE(weights_alone_recover_it_too_and_dead_units_need_them) {
  const network_case one = testing::branching_cases()[0];
  const auto made = one.compiled(precision::single, learning::math_mode::native).value();
  const permutation_spec spec = derive_permutations(*made->graph()).value();
  const auto data = testing::random_samples(one.input, 50, one.classes, 3);
  const auto rows = testing::all_rows(data);
  block_builder killed = testing::copy_of<float>(testing::disturbed_state<float>(*made, 1));
  for (const tensor_map& tensor : spec.tensors)  // a norm before a ReLU that never fires
    if (tensor.role == learning::tensor_role::shift)
      std::ranges::fill(killed.as<float>().subspan(slot(tensor.offset), 3), -1e3F);
  const block state = block::freeze(std::move(killed));
  random_stream random{8, "planted"};
  const unit_orders planted = random_orders(spec, random);
  const block other = permute(spec, state, planted);

  const auto found = match_activations(*made, spec, state, other, {&data, rows}, {});
  const auto blind = match_activations(*made, spec, state, other, {&data, rows}, {.tie_break = 0});
  const auto by_weights = match_weights(spec, state, other, kept_orders(spec), random,
                                        learning::math_mode::portable);

  BOOST_TEST(planted_failures(found->orders, inverse(planted)).empty());
  BOOST_TEST(!planted_failures(blind->orders, inverse(planted)).empty());
  BOOST_TEST(planted_failures(*by_weights, inverse(planted)).empty());
  BOOST_TEST(found->classes[0].dead_units == 3);
  BOOST_TEST(!match_activations(*made, spec, state, other, {&data, {}}, {}).has_value());
}

BOOST_AUTO_TEST_CASE(a_large_bonus_keeps_every_unit) {
  const network_case one = testing::branching_cases()[1];
  const auto made = one.compiled(precision::single, learning::math_mode::native).value();
  const permutation_spec spec = derive_permutations(*made->graph()).value();
  const auto data = testing::random_samples(one.input, 50, one.classes, 3);
  const auto rows = testing::all_rows(data);
  const auto found = match_activations(*made, spec, made->initial_state(1), made->initial_state(2),
                                       {&data, rows}, {.identity_bonus = 3});
  BOOST_TEST(kept_share(found->orders) == 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::merging
