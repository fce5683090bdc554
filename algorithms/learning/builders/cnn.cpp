#include "algorithms/learning/builders/cnn.hpp"

#include "algorithms/learning/builders/network.hpp"

namespace echelon::learning::builders {

std::vector<parameter> cnn::declared() {
  return {{.name = "filters",
           .kind = value_kind::list,
           .fallback = value_list{16, 32},
           .summary = "channels of each convolution"},
          {.name = "window",
           .kind = value_kind::integer,
           .fallback = 3,
           .summary = "height and width of the filters, in pixels; odd",
           .least = 1,
           .most = 31},
          {.name = "hidden",
           .kind = value_kind::integer,
           .fallback = 128,
           .summary = "units of the hidden dense layer, 0 for none",
           .least = 0,
           .most = units_max},
          norm_parameter("none"),
          dropout_parameter("after the hidden layer")};
}

result<model_ptr> cnn::make(const parameters& given, const model_context& context) {
  ECHELON_TRY(const std::vector<index> filters, unit_counts(given, "filters"));
  const index window = given.integer("window");
  if (window % 2 == 0)
    return given.refuse("window", "{} is even; an odd window keeps the image's size", window);
  network layers{context};
  for (std::size_t k = 0; k < filters.size(); ++k)
    layers.convolution(fmt::format("conv{}", k + 1), filters[k], window, window / 2)
        .norm(given.text("norm"), filters[k])
        .relu()
        .max_pool(fmt::format("pool{}", k + 1), 2);
  layers.flatten();
  if (const index hidden = given.integer("hidden"); hidden > 0)
    layers.dense("hidden", hidden).relu().dropout(given.number("dropout"));
  return layers.finish();
}

}  // namespace echelon::learning::builders
