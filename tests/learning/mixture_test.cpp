#include "tests/support/sources.hpp"

#include <algorithm>
#include <cmath>
#include <span>

namespace echelon {

using namespace tests;

namespace {

std::vector<double> mean_of_class(const learning::dataset& samples, std::int32_t label) {
  std::vector<double> mean(slot(samples.shape.size()));
  double count = 0;
  for (index sample = 0; sample < samples.count; ++sample)
    if (samples.labels[slot(sample)] == label) {
      ++count;
      for (std::size_t i = 0; i < mean.size(); ++i)
        mean[i] += static_cast<double>(samples.row(sample)[i]);
    }
  for (double& one : mean)
    one /= count;
  return mean;
}

double distance(const std::vector<double>& a, const std::vector<double>& b) {
  double square = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    square += (a[i] - b[i]) * (a[i] - b[i]);
  return std::sqrt(square);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(mixture)

BOOST_AUTO_TEST_CASE(fourteen_thousand_points_of_twenty_classes_unless_told_otherwise) {
  const auto loaded = load("mixture", {});

  BOOST_REQUIRE(loaded);
  const learning::dataset& samples = loaded->samples;
  BOOST_TEST(samples.count == 14'000);
  BOOST_TEST(samples.shape.size() == 32);
  BOOST_TEST(samples.classes == 20);
  BOOST_TEST(!samples.images);
  for (std::int32_t label = 0; label < 20; ++label)
    BOOST_TEST(std::ranges::count(samples.labels, label) == 700);
  BOOST_TEST(
      std::ranges::all_of(samples.features, [](float number) { return std::isfinite(number); }));
}

BOOST_AUTO_TEST_CASE(fewer_points_are_the_first_ones_and_another_seed_draws_others) {
  const auto all = load("mixture", {{"samples", 60}});
  const auto few = load("mixture", {{"samples", 20}});
  const auto other = load("mixture", {{"samples", 60}, {"mixture_seed", 1}});

  BOOST_REQUIRE(all && few && other);
  BOOST_TEST(
      std::ranges::equal(few->samples.features, std::span{all->samples.features}.first(20 * 32)));
  BOOST_TEST(!std::ranges::equal(all->samples.features, other->samples.features));
}

BOOST_AUTO_TEST_CASE(without_noise_a_class_is_its_centres) {
  const auto still = load("mixture",
                          {{"samples", 12}, {"classes", 2}, {"clouds", 3}, {"noise", 0}});

  BOOST_REQUIRE(still);
  const learning::dataset& samples = still->samples;
  for (index sample = 0; sample < 6; ++sample)
    for (index i = 0; i < 32; ++i)
      BOOST_TEST(samples.row(sample)[i] == samples.row(sample + 6)[i]);
  BOOST_TEST(samples.row(0)[0] != samples.row(2)[0]);  // two clouds of one class
}

BOOST_AUTO_TEST_CASE(classes_are_apart_and_the_warp_bends_them) {
  const auto plain = load("mixture", {{"samples", 2000}, {"classes", 2}, {"warp", 0}});
  const auto bent = load("mixture", {{"samples", 2000}, {"classes", 2}, {"warp", 2}});

  BOOST_REQUIRE(plain && bent);
  BOOST_TEST(distance(mean_of_class(plain->samples, 0), mean_of_class(plain->samples, 1)) > 2);
  double most = 0;
  for (std::size_t i = 0; i < plain->samples.features.size(); ++i)
    most = std::max(most, std::abs(static_cast<double>(plain->samples.features[i]) -
                                   static_cast<double>(bent->samples.features[i])));
  BOOST_TEST(most > 1.9);
  BOOST_TEST(most < 2.001);
}

BOOST_AUTO_TEST_CASE(fewer_points_than_classes_are_refused) {
  check_says(complaint("mixture", {{"samples", 10}, {"classes", 11}}),
             "data.samples: 10 is fewer than the 11 classes");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon
