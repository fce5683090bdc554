#include "algorithms/learning/builders/cnn.hpp"
#include "algorithms/learning/builders/lenet.hpp"
#include "algorithms/learning/builders/linear.hpp"
#include "algorithms/learning/builders/lstm.hpp"
#include "algorithms/learning/builders/mlp.hpp"
#include "algorithms/learning/builders/resnet20.hpp"
#include "algorithms/learning/builders/softmax.hpp"
#include "algorithms/learning/builders/vgg.hpp"
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
                                       entry<builders::cnn>(),
                                       entry<builders::lenet>(),
                                       entry<builders::resnet20>(),
                                       entry<builders::vgg>(),
                                       entry<builders::lstm>(),
                                   }};
  return all;
}

}  // namespace echelon::learning
