#include "algorithms/learning/builders/vgg.hpp"

#include <algorithm>
#include <array>

#include "algorithms/learning/builders/network.hpp"

namespace echelon::learning::builders {
namespace {

constexpr std::size_t stages = 5;

struct configuration {
  index depth;
  std::array<index, stages> convolutions;  ///< per stage
};

constexpr std::array configurations{
    configuration{11, {1, 1, 2, 2, 2}}, configuration{13, {2, 2, 2, 2, 2}},
    configuration{16, {2, 2, 3, 3, 3}}, configuration{19, {2, 2, 4, 4, 4}}};
constexpr std::array<index, stages> channels{64, 128, 256, 512, 512};

void add_stages(network& layers, const configuration& chosen, std::string_view norm) {
  for (std::size_t stage = 0; stage < stages; ++stage) {
    for (index k = 1; k <= chosen.convolutions[stage]; ++k)
      layers.convolution(fmt::format("conv{}_{}", stage + 1, k), channels[stage], 3, 1)
          .norm(norm, channels[stage])
          .relu();
    const auto image = layers.shape();
    if (image && image->height > 1 && image->width > 1)
      layers.max_pool(fmt::format("pool{}", stage + 1), 2);
  }
}

}  // namespace

std::vector<parameter> vgg::declared() {
  return {{.name = "depth",
           .kind = value_kind::integer,
           .fallback = 16,
           .summary = "layers with weights: 11, 13, 16 or 19"},
          {.name = "hidden",
           .kind = value_kind::list,
           .fallback = value_list{512},
           .summary = "units of the dense layers before the last"},
          norm_parameter("batch"),
          dropout_parameter("after each hidden dense layer")};
}

result<model_ptr> vgg::make(const parameters& given, const model_context& context) {
  const index depth = given.integer("depth");
  const auto chosen = std::ranges::find(configurations, depth, &configuration::depth);
  if (chosen == configurations.end())
    return given.refuse("depth", "{} is not a depth of vgg; it must be 11, 13, 16 or 19", depth);
  ECHELON_TRY(const std::vector<index> hidden, unit_counts(given, "hidden"));
  network layers{context};
  add_stages(layers, *chosen, given.text("norm"));
  layers.flatten();
  for (std::size_t k = 0; k < hidden.size(); ++k)
    layers.dense(fmt::format("hidden{}", k + 1), hidden[k]).relu().dropout(given.number("dropout"));
  return layers.finish();
}

}  // namespace echelon::learning::builders
