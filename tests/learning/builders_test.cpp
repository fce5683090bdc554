#include <boost/test/unit_test.hpp>

#include "algorithms/learning/model.hpp"
#include "tests/support/models.hpp"

namespace echelon::learning {
namespace {

result<model_ptr> make(std::string_view kind, value_table settings, sample_shape input,
                       index classes = 10) {
  return models().make(kind, value{std::move(settings)}, "model",
                       model_context{input, classes, precision::single, math_mode::native});
}

double training_loss(const model& made, const block& state, const dataset& data) {
  const auto rows = testing::all_rows(data);
  const auto scratch = made.make_workspace();
  block_builder unused{state.size(), state.kind()};
  return made.gradient(state, {&data, rows}, {1, "dropout"}, unused, *scratch).loss;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(builders)

BOOST_AUTO_TEST_CASE(models_have_the_sizes_of_their_papers) {
  const sample_shape digits{1, 28, 28}, cifar{3, 32, 32};
  BOOST_TEST((*make("softmax", {}, digits))->parameter_count() == 7850);
  BOOST_TEST((*make("mlp", {}, digits))->parameter_count() == 199210);
  BOOST_TEST((*make("lenet", {}, digits))->parameter_count() == 431080);
  // 269,722 with padded shortcuts, and two projections of 1x1 with their norms.
  BOOST_TEST((*make("resnet20", {}, cifar))->parameter_count() == 272474);
  // The convolutions of VGG-16 with biases have 14,714,688 weights.
  const auto vgg = make("vgg", {{"hidden", value_list{}}, {"norm", "none"}}, cifar);
  BOOST_TEST((*vgg)->parameter_count() == 14714688 + 512 * 10 + 10);
}

BOOST_AUTO_TEST_CASE(settings_that_cannot_be_met_are_refused_by_name) {
  const sample_shape digits{1, 28, 28};
  BOOST_TEST(make("mlp", {{"hidden", value_list{20, 0}}}, digits).error().detail ==
             "model.hidden: 0 is not a number of units; each must be an integer between 1 and "
             "1048576");
  BOOST_TEST(make("vgg", {{"depth", 12}}, digits).error().detail ==
             "model.depth: 12 is not a depth of vgg; it must be 11, 13, 16 or 19");
  BOOST_TEST(make("cnn", {{"window", 4}}, digits).error().detail ==
             "model.window: 4 is even; an odd window keeps the image's size");
  BOOST_TEST(make("lenet", {}, {1, 1, 16}).error().detail ==
             "convolution layer \"conv1\": a 5x5 window does not fit an image of 1x16");
  BOOST_TEST(make("softmax", {}, digits, 0).error().detail ==
             "a softmax needs classes, and the data has a target instead; use a squared loss");
  BOOST_TEST(make("lstm", {{"hidden", value_list{}}}, digits).error().detail ==
             "model.hidden: there is no recurrent layer; give the units of at least one");
}

BOOST_AUTO_TEST_CASE(norms_other_than_batch_norm_do_not_couple_samples) {
  const sample_shape image{3, 8, 8};
  BOOST_TEST((*make("resnet20", {}, image))->couples_samples());
  BOOST_TEST((*make("resnet20", {}, image))->buffer_count() > 0);
  for (const char* norm : {"group", "layer"}) {
    const auto made = *make("resnet20", {{"norm", norm}}, image);
    BOOST_TEST(!made->couples_samples());
    BOOST_TEST(made->buffer_count() == 0);
  }
}

BOOST_AUTO_TEST_CASE(every_model_learns_labels_that_its_input_shows) {
  const sample_shape shape{1, 16, 16};
  dataset data = testing::random_samples(shape, 96, 3, 8);
  // The label is the third of the image that is brighter than the others.
  for (index sample = 0; sample < data.count; ++sample)
    for (index pixel = 0; pixel < 80; ++pixel)
      data.features[static_cast<std::size_t>(
          sample * shape.size() + data.labels[static_cast<std::size_t>(sample)] * 80 + pixel)] += 2;
  for (const std::string& kind : models().names()) {
    if (kind == "vgg")
      continue;  // minutes in a debug build; its layers are all in the others
    const auto made = *make(kind, {}, shape, 3);
    const double rate = kind == "lstm" ? 0.5 : kind == "linear" ? 0.001 : 0.02;

    const double before = training_loss(*made, made->initial_state(1), data);
    const double after = training_loss(*made, testing::descend<float>(*made, data, 20, rate), data);

    BOOST_TEST_CONTEXT(kind)
    BOOST_TEST(after <= 0.6 * before);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::learning
