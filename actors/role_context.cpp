#include "actors/role_context.hpp"

namespace echelon::actors {

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
