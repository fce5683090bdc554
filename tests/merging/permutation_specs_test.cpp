#include <boost/test/unit_test.hpp>

#include "tests/support/merging.hpp"

namespace echelon::merging {
namespace {

using testing::network_case;

learning::model_ptr compiled(const network_case& one, precision kind) {
  const auto made = one.compiled(kind, learning::math_mode::portable);
  BOOST_TEST_REQUIRE(made.has_value(), one.name);
  return *made;
}

permutation_spec spec_of(const learning::model& made) {
  return derive_permutations(*made.graph()).value();
}

std::vector<index> sizes_of(const permutation_spec& spec) {
  std::vector<index> sizes;
  for (const permutation_class& one : spec.classes)
    sizes.push_back(one.units);
  return sizes;
}

permutation_spec spec_named(const std::string& name) {
  for (const network_case& one : testing::all_networks())
    if (one.name == name)
      return spec_of(*compiled(one, precision::single));
  BOOST_FAIL("no network is called " << name);
  return {};
}

result<learning::model_ptr> model_of(std::string_view kind, value settings,
                                     learning::sample_shape input) {
  return learning::models().make(kind, settings, "model",
                                 {input, 10, precision::single, learning::math_mode::portable});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(permutation_specs)

BOOST_AUTO_TEST_CASE(no_allowed_permutation_changes_what_any_network_computes) {
  for (const network_case& one : testing::all_networks()) {
    const auto made = compiled(one, precision::double_);
    const permutation_spec spec = spec_of(*made);
    const auto data = testing::random_samples(one.input, 5, one.classes, 3);
    const block state = testing::disturbed_state<double>(*made, 1);
    const auto before = testing::outputs_of(*made, state, data);
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
      random_stream random{seed, "permutations"};
      const unit_orders p = random_orders(spec, random);
      BOOST_TEST_REQUIRE(check_orders(spec, p).has_value());
      const block moved = permute(spec, state, p);
      BOOST_TEST_CONTEXT(one.name) {
        BOOST_TEST(testing::worst_difference(before, testing::outputs_of(*made, moved, data)) <=
                   1e-12);
        BOOST_TEST((kept_share(p) == 1 || moved.hash() != state.hash()));
        BOOST_TEST(permute(spec, moved, inverse(p)).hash() == state.hash());
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(every_class_is_read_whole_where_its_units_are_numbered_alike) {
  for (const network_case& one : testing::all_networks())
    for (const permutation_class& found : spec_of(*compiled(one, precision::single)).classes)
      BOOST_TEST_CONTEXT(one.name) {
        BOOST_TEST(!found.uses.empty());
        for (const segment& part : found.reading.places)
          BOOST_TEST(part.units == found.units);
      }
}

BOOST_AUTO_TEST_CASE(hidden_layers_of_an_mlp_are_classes) {
  value settings;
  settings.table()["hidden"] = value_list{std::int64_t{7}, std::int64_t{5}};
  const auto made = model_of("mlp", settings, {1, 1, 9});
  BOOST_TEST_REQUIRE(made.has_value());
  BOOST_TEST(sizes_of(spec_of(**made)) == (std::vector<index>{7, 5}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(resnet20_has_three_streams_and_nine_inner_classes) {
  const auto made = model_of("resnet20", {}, {3, 8, 8});
  const permutation_spec spec = spec_of(**made);
  auto sizes = sizes_of(spec);
  std::ranges::sort(sizes);
  BOOST_TEST(sizes == (std::vector<index>{16, 16, 16, 16, 32, 32, 32, 32, 64, 64, 64, 64}),
             boost::test_tools::per_element());
  // Stem, conv2 of three blocks with four tensors of batch norm each, conv1 of the other blocks.
  const auto& stream = spec.classes[0];
  BOOST_TEST(stream.uses.size() == 4 * 5 + 3 + 2);
  BOOST_TEST(stream.reading.name == "stage1.block3.relu");
}

BOOST_AUTO_TEST_CASE(vgg_has_a_class_per_layer) {
  value settings;
  settings.table()["depth"] = 11;
  const permutation_spec spec = spec_of(**model_of("vgg", settings, {3, 32, 32}));
  BOOST_TEST(sizes_of(spec) == (std::vector<index>{64, 128, 256, 256, 512, 512, 512, 512, 512}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(branches_find_the_classes_they_share) {
  const auto check = [](const std::string& name, std::vector<index> sizes) {
    BOOST_TEST_CONTEXT(name)
    BOOST_TEST(sizes_of(spec_named(name)) == sizes, boost::test_tools::per_element());
  };
  check("pre-activation residual", {6, 5, 5});
  check("dense concatenation", {4, 3, 3, 3});
  check("depthwise block with a multiplier and a skip", {4});
  check("grouped convolution", {3, 5});
  check("split halves that change places", {3, 5});
  check("overlapping slices", {2});
  check("groups over a concatenation", {4, 3, 4});
  check("a flat skip from an image to a dense layer", {3});
  check("a skip from the input", {7});
  check("two recurrent layers", {6, 4});
}

BOOST_AUTO_TEST_CASE(groups_of_a_norm_stay_together) {
  const permutation_spec spec = spec_named("groups that differ on one stream");
  BOOST_TEST(spec.classes.front().units == 12);
  BOOST_TEST(spec.classes.front().blocks == 3);
  unit_orders p = kept_orders(spec);
  std::swap(p[0][0], p[0][5]);
  BOOST_TEST(!check_orders(spec, p).has_value());
}

BOOST_AUTO_TEST_CASE(the_hash_tells_architectures_apart) {
  std::vector<std::uint64_t> hashes;
  for (const network_case& one : testing::all_networks()) {
    const auto made = compiled(one, precision::single);
    hashes.push_back(spec_of(*made).hash);
    BOOST_TEST(spec_of(*compiled(one, precision::double_)).hash == hashes.back());
  }
  std::ranges::sort(hashes);
  BOOST_TEST(hashes.size() - slot(std::ssize(std::ranges::unique(hashes))) > 40);
}

BOOST_AUTO_TEST_CASE(orders_compose_and_are_checked) {
  const permutation_spec spec = spec_named("pre-activation residual");
  random_stream random{4, "orders"};
  const unit_orders p = random_orders(spec, random), q = random_orders(spec, random);
  const auto made = compiled(testing::branching_cases()[0], precision::single);
  const block state = made->initial_state(1);
  BOOST_TEST(permute(spec, permute(spec, state, p), q).hash() ==
             permute(spec, state, composed(p, q)).hash());
  BOOST_TEST(kept_share(composed(p, inverse(p))) == 1);
  unit_orders twice = p;
  twice[0][1] = twice[0][0];
  BOOST_TEST(!check_orders(spec, twice).has_value());
  BOOST_TEST(!check_orders(spec, {}).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::merging
