#include "algorithms/merging/mixing/pairwise_rules.hpp"

#include "algorithms/merging/mixing/rule_parameters.hpp"

namespace echelon::merging {

std::vector<parameter> swarm_sgd::declared() {
  return {local_steps_parameter(),
          {"geometric", value_kind::flag, false, "that many on average, drawn each time"}};
}

result<swarm_sgd> swarm_sgd::make(const parameters& given) {
  return swarm_sgd{given.integer("local_steps"), given.flag("geometric")};
}

bool swarm_sgd::mixes(index step, random_stream& draws) const {
  return geometric_ ? draws.bernoulli(1 / static_cast<double>(local_steps_))
                    : (step + 1) % local_steps_ == 0;
}

}  // namespace echelon::merging
