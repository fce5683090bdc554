#include "algorithms/learning/builders/lenet.hpp"

#include "algorithms/learning/builders/network.hpp"

namespace echelon::learning::builders {

std::vector<parameter> lenet::declared() { return {}; }

result<model_ptr> lenet::make(const parameters&, const model_context& context) {
  network layers{context};
  layers.convolution("conv1", 20, 5).max_pool("pool1", 2);
  layers.convolution("conv2", 50, 5).max_pool("pool2", 2);
  return layers.flatten().dense("hidden", 500).relu().finish();
}

}  // namespace echelon::learning::builders
