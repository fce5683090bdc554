#include <boost/test/unit_test.hpp>

#include "algorithms/learning/layer_graph.hpp"

namespace echelon::learning {
namespace {

/// What infer_shapes says against an image of 3x8x6 under one layer.
std::string refusal_of(layer_node node) {
  layer_graph graph{{3, 8, 6}, loss_kind::squared};
  node.name = "x";
  node.inputs = {0};
  graph.add(node);
  const auto shapes = infer_shapes(graph);
  return shapes ? "" : shapes.error().detail;
}

sample_shape shape_of(layer_node node) {
  layer_graph graph{{3, 8, 6}, loss_kind::squared};
  node.name = "x";
  node.inputs = {0};
  graph.add(node);
  return infer_shapes(graph)->back();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(layer_shapes)

BOOST_AUTO_TEST_CASE(shapes_follow_from_the_windows) {
  using enum layer_kind;
  BOOST_TEST((shape_of({.kind = flatten}) == sample_shape{144, 1, 1}));
  BOOST_TEST((shape_of({.kind = convolution, .units = 5, .window = {3, 3, 1, 1}}) ==
              sample_shape{5, 8, 6}));
  BOOST_TEST((shape_of({.kind = convolution, .units = 5, .window = {5, 3, 2, 0}}) ==
              sample_shape{5, 2, 2}));
  BOOST_TEST((shape_of({.kind = max_pool, .window = {2, 2, 2, 0}}) == sample_shape{3, 4, 3}));
  BOOST_TEST((shape_of({.kind = global_average_pool}) == sample_shape{3, 1, 1}));
  BOOST_TEST((shape_of({.kind = slice, .units = 2, .first = 1}) == sample_shape{2, 8, 6}));
}

BOOST_AUTO_TEST_CASE(refusals_name_the_layer_and_the_numbers) {
  using enum layer_kind;
  BOOST_TEST(refusal_of({.kind = dense, .units = 4}) ==
             "dense layer \"x\" has an input of 3x8x6; flatten it first");
  BOOST_TEST(refusal_of({.kind = convolution, .units = 4, .window = {9, 3}}) ==
             "convolution layer \"x\": a 9x3 window does not fit an image of 8x6");
  BOOST_TEST(refusal_of({.kind = convolution, .units = 4, .groups = 2}) ==
             "convolution layer \"x\" has 2 groups for 3 input and 4 output channels; the groups "
             "must divide both");
  BOOST_TEST(
      refusal_of({.kind = max_pool, .window = {2, 2, 0, 0}}) ==
      "max-pool layer \"x\" has a window of 2x2, stride 0, padding 0; sides must be between 1 "
      "and 4096, the stride positive, the padding smaller than the window");
  BOOST_TEST(refusal_of({.kind = group_norm, .groups = 2}) ==
             "group-norm layer \"x\" has 2 groups for 3 channels; the groups must divide them");
  BOOST_TEST(refusal_of({.kind = slice, .units = 2, .first = 2}) ==
             "slice layer \"x\" takes 2 channels from 2 of 3");
  BOOST_TEST(refusal_of({.kind = dropout, .rate = 1}) ==
             "dropout layer \"x\" has rate 1; it must be in [0, 1)");
  BOOST_TEST(refusal_of({.kind = add}) == "add layer \"x\" has 1 inputs; it takes two or more");
  BOOST_TEST(refusal_of({.kind = lstm, .units = 2}) ==
             "lstm layer \"x\" has an input of 3 channels; a sequence has 1, and a row per step");
  BOOST_TEST(refusal_of({.kind = input}) == "layer \"x\": only node 0 of a graph is an input");
  BOOST_TEST(refusal_of({.kind = convolution, .units = index{1} << 60}) ==
             "layer \"x\" has an output of 1152921504606846976x8x6 numbers; at most 268435456 fit");
}

BOOST_AUTO_TEST_CASE(names_must_differ_and_every_output_must_be_used) {
  layer_graph twice{{1, 1, 4}, loss_kind::squared};
  twice.add({.kind = layer_kind::relu, .name = "input", .inputs = {0}});
  BOOST_TEST(infer_shapes(twice).error().detail ==
             "two layers are called \"input\"; names must differ");

  layer_graph loose{{1, 1, 4}, loss_kind::squared};
  loose.add({.kind = layer_kind::relu, .name = "left", .inputs = {0}});
  loose.add({.kind = layer_kind::relu, .name = "right", .inputs = {0}});
  BOOST_TEST(infer_shapes(loose).error().detail == "the output of layer \"left\" is not used");
}

BOOST_AUTO_TEST_CASE(tensors_say_which_axes_run_over_units) {
  using enum axis_layout::side;
  const sample_shape images[]{{4, 3, 3}};
  const auto grouped = tensors_of({.kind = layer_kind::convolution,
                                   .name = "c",
                                   .units = 8,
                                   .window = {3, 3, 1, 0},
                                   .groups = 4},
                                  images);
  BOOST_TEST((grouped[0].shape == std::vector<index>{8, 1, 3, 3}));
  BOOST_TEST((grouped[0].axes[0].of == output && grouped[0].axes[1].of == input &&
              grouped[0].axes[2].of == none));

  const auto norm = tensors_of({.kind = layer_kind::layer_norm, .name = "n"}, images);
  BOOST_TEST((norm[0].shape == std::vector<index>{36}));
  BOOST_TEST(norm[0].axes[0].inner == 9);

  const sample_shape rows[]{{1, 5, 3}};
  const auto recurrent = tensors_of({.kind = layer_kind::lstm, .name = "l", .units = 2}, rows);
  BOOST_TEST((recurrent[1].shape == std::vector<index>{8, 2}));
  BOOST_TEST(recurrent[1].axes[0].outer == 4);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::learning
