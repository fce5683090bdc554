#include "actors/role_context.hpp"

#include "actors/plan_recipe.hpp"

namespace echelon::actors {

work_plan_ptr role_context::plan_of(const round_start& what) const {
  if (auto known = plans.find(what.plan); known || what.recipe.empty())
    return known;
  auto made = follow_recipe(*setup, what.recipe);
  if (!made || made->id != what.plan)
    return nullptr;
  auto plan = std::make_shared<const coding::work_plan>(*std::move(made));
  plans.put(plan);
  return plan;
}

index role_context::dimension() const {
  return setup->gradients ? setup->model->parameter_count() + setup->model->buffer_count() : 0;
}

std::int64_t role_context::model_bytes() const {
  const learning::model& model = *setup->model;
  return (model.parameter_count() + model.buffer_count()) *
         static_cast<std::int64_t>(bytes_of(model.kind()));
}

std::int64_t role_context::answer_bytes(coding::message_frame frame) const {
  const learning::model& model = *setup->model;
  return frame.length(model.parameter_count() + model.buffer_count()) *
         compression::bytes_each(setup->values, model.kind());
}

}  // namespace echelon::actors
