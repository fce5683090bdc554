#include "algorithms/learning/builders/softmax.hpp"

#include "algorithms/learning/builders/network.hpp"

namespace echelon::learning::builders {

result<model_ptr> softmax::make(const parameters&, const model_context& context) {
  return network{context, loss_kind::softmax_cross_entropy}.flatten().finish();
}

}  // namespace echelon::learning::builders
