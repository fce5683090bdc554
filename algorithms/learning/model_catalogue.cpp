#include "algorithms/learning/builders/linear.hpp"
#include "algorithms/learning/builders/mlp.hpp"
#include "algorithms/learning/builders/softmax.hpp"
#include "algorithms/learning/model.hpp"

namespace echelon::learning {
namespace {

template <class Builder>
model_catalogue::entry entry() {
  return policy_entry<Builder, model, const model_context&>();
}

}  // namespace

const model_catalogue& models() {
  static const model_catalogue all{"model.kind",
                                   {
                                       entry<builders::softmax>(),
                                       entry<builders::linear>(),
                                       entry<builders::mlp>(),
                                   }};
  return all;
}

}  // namespace echelon::learning
