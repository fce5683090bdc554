#include "algorithms/learning/builders/resnet20.hpp"

#include "algorithms/learning/builders/network.hpp"

namespace echelon::learning::builders {
namespace {

/// Two 3x3 convolutions beside a shortcut, which is a projection where the shape changes.
void add_block(network& layers, const std::string& name, index channels, index stride, bool project,
               std::string_view norm) {
  const index entry = layers.here();
  const bool bias = norm == "none";
  layers.convolution(name + ".conv1", channels, 3, 1, stride, bias).norm(norm, channels).relu();
  layers.convolution(name + ".conv2", channels, 3, 1, 1, bias).norm(norm, channels);
  const index branch = layers.here();
  index shortcut = entry;
  if (project) {
    layers.add({.kind = layer_kind::convolution,
                .name = name + ".projection",
                .inputs = {entry},
                .units = channels,
                .window = {1, 1, stride, 0},
                .bias = bias});
    shortcut = layers.norm(norm, channels).here();
  }
  layers.add({.kind = layer_kind::add, .name = name, .inputs = {branch, shortcut}}).relu();
}

}  // namespace

std::vector<parameter> resnet20::declared() {
  return {{.name = "width",
           .kind = value_kind::integer,
           .fallback = 1,
           .summary = "factor on the 16, 32 and 64 channels of the stages",
           .least = 1,
           .most = 64},
          norm_parameter("batch")};
}

result<model_ptr> resnet20::make(const parameters& given, const model_context& context) {
  const std::string& norm = given.text("norm");
  index channels = 16 * given.integer("width");
  network layers{context};
  layers.convolution("stem", channels, 3, 1, 1, norm == "none").norm(norm, channels).relu();
  for (index stage = 1; stage <= 3; ++stage) {
    for (index block = 1; block <= 3; ++block) {
      const bool shrinks = stage > 1 && block == 1;
      add_block(layers, fmt::format("stage{}.block{}", stage, block), channels, shrinks ? 2 : 1,
                shrinks, norm);
    }
    channels *= 2;
  }
  layers.add({.kind = layer_kind::global_average_pool, .name = "pool"});
  return layers.finish();
}

}  // namespace echelon::learning::builders
