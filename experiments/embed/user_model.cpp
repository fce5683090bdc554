#include "experiments/embed/user_model.hpp"

#include <memory>
#include <utility>

namespace echelon::embed {
namespace {

using learning::batch;
using learning::batch_sums;
using learning::tensor_spec;
using learning::workspace;

template <class Scalar>
class function_model final : public learning::model {
public:
  explicit function_model(model_functions<Scalar> functions) : functions_(std::move(functions)) {}

  precision kind() const override { return precision_of<Scalar>; }
  index parameter_count() const override { return functions_.parameters; }
  index buffer_count() const override { return 0; }
  std::span<const tensor_spec> tensors() const override { return functions_.tensors; }
  bool couples_samples() const override { return functions_.couples_samples; }

  block initial_state(std::uint64_t init_seed) const override {
    block_builder weights{functions_.parameters, kind()};
    if (functions_.init)
      functions_.init(weights.as<Scalar>(), random_stream{init_seed, "init"});
    return block::freeze(std::move(weights));
  }
  std::unique_ptr<workspace> make_workspace() const override {
    return std::make_unique<workspace>();
  }

  batch_sums gradient(const block& state, const batch& samples, random_stream, block_builder& sums,
                      workspace&) const override {
    const auto into = sums.as<Scalar>();
    std::ranges::fill(into, Scalar{0});
    return {.loss = functions_.gradient(state.as<Scalar>(), samples, into),
            .samples = std::ssize(samples.rows)};
  }

  batch_sums evaluate(const block& state, const batch& samples, workspace&) const override {
    batch_sums found = functions_.evaluate(state.as<Scalar>(), samples);
    found.samples = std::ssize(samples.rows);
    return found;
  }

private:
  model_functions<Scalar> functions_;
};

/// One tensor after the other, together all the weights.
template <class Scalar>
result<void> lay_out(model_functions<Scalar>& functions) {
  if (functions.tensors.empty())
    functions.tensors = {{"weights", {functions.parameters}}};
  index offset = 0;
  for (tensor_spec& each : functions.tensors)
    offset += (each.offset = offset, each.size());
  if (offset != functions.parameters)
    return fail(errc::bad_input, "the tensors hold {} numbers; they must hold the {} parameters",
                offset, functions.parameters);
  return {};
}

template <class Scalar>
result<learning::model_ptr> make_model(model_functions<Scalar> functions,
                                       const learning::model_context& context) {
  if (context.kind != precision_of<Scalar>)
    return fail(errc::bad_input, "the model computes in {0}; runtime.precision must be \"{0}\"",
                precision_of<Scalar> == precision::single ? "float" : "double");
  if (functions.parameters <= 0 || !functions.gradient || !functions.evaluate)
    return fail(errc::bad_input,
                "a model needs parameters to train, a gradient and an evaluate function");
  ECHELON_CHECK(lay_out(functions));
  return std::make_shared<const function_model<Scalar>>(std::move(functions));
}

}  // namespace

template <class Scalar>
learning::model_catalogue::entry model_from_functions(policy_card card, model_maker<Scalar> make) {
  return {std::move(card),
          [make = std::move(make)](const parameters& given, const learning::model_context& context)
              -> result<learning::model_ptr> {
            ECHELON_TRY(model_functions<Scalar> functions, make(given, context));
            return make_model(std::move(functions), context);
          }};
}

template learning::model_catalogue::entry model_from_functions<float>(policy_card,
                                                                      model_maker<float>);
template learning::model_catalogue::entry model_from_functions<double>(policy_card,
                                                                       model_maker<double>);

}  // namespace echelon::embed
