#include "algorithms/learning/builders/mlp.hpp"

#include "algorithms/learning/builders/network.hpp"

namespace echelon::learning::builders {

std::vector<parameter> mlp::declared() {
  return {{.name = "hidden",
           .kind = value_kind::list,
           .fallback = value_list{200, 200},
           .summary = "units of each hidden layer"},
          norm_parameter("none", "hidden layer"),
          dropout_parameter("after each hidden layer")};
}

result<model_ptr> mlp::make(const parameters& given, const model_context& context) {
  ECHELON_TRY(const std::vector<index> hidden, unit_counts(given, "hidden"));
  network layers{context};
  layers.flatten();
  for (std::size_t k = 0; k < hidden.size(); ++k)
    layers.dense(fmt::format("hidden{}", k + 1), hidden[k])
        .norm(given.text("norm"), hidden[k])
        .relu()
        .dropout(given.number("dropout"));
  return layers.finish();
}

}  // namespace echelon::learning::builders
