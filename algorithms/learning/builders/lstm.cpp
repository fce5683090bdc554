#include "algorithms/learning/builders/lstm.hpp"

#include "algorithms/learning/builders/network.hpp"

namespace echelon::learning::builders {

std::vector<parameter> lstm::declared() {
  return {{.name = "hidden",
           .kind = value_kind::list,
           .fallback = value_list{128},
           .summary = "units of each recurrent layer"},
          dropout_parameter("after each recurrent layer")};
}

result<model_ptr> lstm::make(const parameters& given, const model_context& context) {
  ECHELON_TRY(const std::vector<index> hidden, unit_counts(given, "hidden"));
  if (hidden.empty())
    return given.refuse("hidden", "there is no recurrent layer; give the units of at least one");
  network layers{context};
  for (std::size_t k = 0; k < hidden.size(); ++k)
    layers
        .add({.kind = layer_kind::lstm,
              .name = fmt::format("lstm{}", k + 1),
              .units = hidden[k],
              .every_step = k + 1 < hidden.size(),
              .start = initialisation::glorot})
        .dropout(given.number("dropout"));
  return layers.finish();
}

}  // namespace echelon::learning::builders
