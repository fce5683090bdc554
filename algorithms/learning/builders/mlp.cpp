#include "algorithms/learning/builders/mlp.hpp"

#include "algorithms/learning/builders/builder.hpp"

namespace echelon::learning::builders {
namespace {

constexpr index hidden_units_max = 1 << 20;

}  // namespace

std::vector<parameter> mlp::declared() {
  return {{.name = "hidden",
           .kind = value_kind::list,
           .fallback = value_list{200, 200},
           .summary = "units of each hidden layer"}};
}

result<model_ptr> mlp::make(const parameters& given, const model_context& context) {
  network layers{context};
  layers.flatten();
  index number = 0;
  for (const value& units : given.at("hidden").list()) {
    if (!units.is_integer() || units.integer() < 1 || units.integer() > hidden_units_max)
      return given.refuse("hidden", "{} is not a number of units between 1 and {}", units.toml(),
                          hidden_units_max);
    const std::string name = fmt::format("hidden{}", ++number);
    layers.dense(name, units.integer()).relu(name + "_relu");
  }
  return layers.finish();
}

}  // namespace echelon::learning::builders
