#include "algorithms/learning/builders/linear.hpp"

#include "algorithms/learning/builders/network.hpp"

namespace echelon::learning::builders {

result<model_ptr> linear::make(const parameters&, const model_context& context) {
  return network{context, loss_kind::squared}.flatten().finish();
}

}  // namespace echelon::learning::builders
