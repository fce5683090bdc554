#include <algorithm>
#include <set>

#include <boost/test/unit_test.hpp>

#include "algorithms/learning/data_source.hpp"

namespace echelon {

using namespace learning;

namespace {

/// Sample i has the features i and 10 i + 5, the label i modulo 3 and the owner i.
dataset counted(index count) {
  dataset samples{.name = "counted", .shape = {1, 1, 2}, .count = count, .classes = 3};
  for (index i = 0; i < count; ++i) {
    samples.features.push_back(static_cast<float>(i));
    samples.features.push_back(static_cast<float>(10 * i + 5));
    samples.labels.push_back(static_cast<std::int32_t>(i % 3));
    samples.groups.push_back(static_cast<std::int32_t>(i));
  }
  return samples;
}

std::string refusal(loaded_data loaded, const preparation& how) {
  const auto prepared = prepare(std::move(loaded), how);
  return prepared ? "accepted" : prepared.error().detail;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(prepared_data)

BOOST_AUTO_TEST_CASE(an_ordered_split_takes_the_last_samples_to_test) {
  const auto split = prepare({counted(10), {}}, {.scale = "none", .shuffled = false});

  BOOST_REQUIRE(split);
  BOOST_TEST(split->train->count == 8);
  BOOST_TEST(split->test->count == 2);
  BOOST_TEST(split->test->row(0)[1] == 85.0F);
  BOOST_TEST(split->test->labels[1] == 0);
  BOOST_TEST(split->test->groups[1] == 9);
}

BOOST_AUTO_TEST_CASE(a_shuffled_split_uses_every_sample_once_and_repeats_by_its_seed) {
  const auto first = prepare({counted(100), {}}, {.scale = "none"});
  const auto again = prepare({counted(100), {}}, {.scale = "none"});
  const auto other = prepare({counted(100), {}}, {.scale = "none", .split_seed = 1});

  BOOST_REQUIRE(first && again && other);
  std::set<std::int32_t> seen{first->train->groups.begin(), first->train->groups.end()};
  seen.insert(first->test->groups.begin(), first->test->groups.end());
  BOOST_TEST(seen.size() == 100U);
  BOOST_TEST(first->train->features == again->train->features);
  BOOST_TEST(first->train->groups != other->train->groups);
  BOOST_TEST(!std::ranges::is_sorted(first->train->groups));
  for (index i = 0; i < 80; ++i)
    BOOST_TEST(first->train->row(i)[0] ==
               static_cast<float>(first->train->groups[static_cast<std::size_t>(i)]));
}

BOOST_AUTO_TEST_CASE(a_limit_counts_both_sides_of_a_split_and_the_training_side_of_a_given_one) {
  const auto split = prepare({counted(100), {}}, {.limit = 10});
  const auto given = prepare({counted(100), counted(7)}, {.limit = 10});

  BOOST_REQUIRE(split && given);
  BOOST_TEST(split->train->count == 8);
  BOOST_TEST(split->test->count == 2);
  BOOST_TEST(given->train->count == 10);
  BOOST_TEST(given->test->count == 7);
}

BOOST_AUTO_TEST_CASE(standardising_uses_the_training_means_and_deviations_for_both_sides) {
  dataset samples{.name = "three",
                  .shape = {1, 1, 2},
                  .count = 3,
                  .classes = 1,
                  .features = {1, 5, 3, 5, 7, 8},
                  .labels = {0, 0, 0}};
  const auto split = prepare({samples, {}},
                             {.scale = "standardise", .test_fraction = 0.3, .shuffled = false});

  BOOST_REQUIRE(split);
  // Column one of the training side is 1 and 3: mean 2, deviation 1. Column two never changes.
  BOOST_TEST(split->train->features == (std::vector<float>{-1, 0, 1, 0}),
             boost::test_tools::per_element());
  BOOST_TEST(split->test->features == (std::vector<float>{5, 3}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(unit_maps_the_training_range_to_one_by_column_or_by_image_channel) {
  dataset table{.name = "table",
                .shape = {1, 1, 2},
                .count = 3,
                .classes = 1,
                .features = {1, 10, 3, 30, 5, 20},
                .labels = {0, 0, 0}};
  dataset images = table;
  images.images = true;
  const preparation how{.scale = "unit", .test_fraction = 0.3, .shuffled = false};

  const auto columns = prepare({table, {}}, how);
  const auto pixels = prepare({images, {}}, how);

  BOOST_REQUIRE(columns && pixels);
  BOOST_TEST(columns->train->features == (std::vector<float>{0, 0, 1, 1}),
             boost::test_tools::per_element());
  BOOST_TEST(columns->test->features == (std::vector<float>{2, 0.5F}),
             boost::test_tools::per_element());
  BOOST_TEST(pixels->train->features[3] == 1.0F);
  BOOST_TEST(pixels->train->features[2] == static_cast<float>(2.0 / 29.0));
}

BOOST_AUTO_TEST_CASE(auto_scales_images_to_unit_and_tables_to_standard) {
  dataset images = counted(10);
  images.images = true;
  const preparation ordered{.shuffled = false};

  const auto table = prepare({counted(10), {}}, ordered);
  const auto pixels = prepare({images, {}}, ordered);

  BOOST_REQUIRE(table && pixels);
  BOOST_TEST(table->train->features[0] < -1.0F);
  BOOST_TEST(pixels->train->features[0] == 0.0F);
}

BOOST_AUTO_TEST_CASE(splits_that_leave_a_side_empty_are_refused_with_the_numbers) {
  BOOST_TEST(
      refusal({counted(2), {}}, {}) ==
      "counted: a test_fraction of 0.2 of 2 samples leaves 2 to train on and 0 to test; both "
      "need at least one");
  BOOST_TEST(
      refusal({counted(10), {}}, {.test_fraction = 1}) ==
      "counted: a test_fraction of 1 of 10 samples leaves 0 to train on and 10 to test; both "
      "need at least one");
}

BOOST_AUTO_TEST_CASE(a_test_set_that_does_not_match_is_refused) {
  dataset other = counted(4);
  other.name = "other";
  other.shape = {1, 2, 1};
  BOOST_TEST(refusal({counted(4), other}, {}) ==
             "other: samples of 1 x 2 x 1 where counted has 1 x 1 x 2");

  other = counted(4);
  other.classes = 4;
  BOOST_TEST(refusal({counted(4), other}, {}) == "counted: has 4 classes where counted has 3");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon
