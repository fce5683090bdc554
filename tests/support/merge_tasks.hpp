#pragma once

#include "algorithms/merging/rules/alignment.hpp"
#include "tests/support/merging.hpp"

// Peers' models to merge, and rules to merge them by.
namespace echelon::testing {

using namespace merging;

/// One network, samples to calibrate on, and models of peers.
struct neighbourhood {
  learning::model_ptr network;
  permutation_spec spec;
  learning::dataset data;
  std::vector<index> rows;

  explicit neighbourhood(const network_case& one, precision kind = precision::double_)
      : network(one.compiled(kind, learning::math_mode::native).value()),
        spec(derive_permutations(*network->graph()).value()),
        data(random_samples(one.input, 120, one.classes, 3)), rows(all_rows(data)) {}

  block model(std::uint64_t seed) const {
    return network->kind() == precision::single ? disturbed_state<float>(*network, seed)
                                                : disturbed_state<double>(*network, seed);
  }
  unit_orders orders(std::uint64_t seed) const {
    random_stream random{seed, "gauge"};
    return random_orders(spec, random);
  }
  peer_model peer(index number, double weight, block state) const {
    return {number, weight, std::move(state), spec.hash};
  }
  /// Peer 1 merges with 0 and 2 at the weights 0.5, 0.2, 0.3.
  merge_task task(block own, block left, block right) const {
    return {.network = *network,
            .spec = spec,
            .own = peer(1, 0.5, std::move(own)),
            .others = {peer(2, 0.3, std::move(right)), peer(0, 0.2, std::move(left))},
            .peers = 5,
            .calibration = {&data, rows},
            .seed = 4,
            .round = 1};
  }
  merge_task alone(block own) const {
    merge_task made = task(std::move(own), {}, {});
    made.own.weight = 1;
    made.others.clear();
    return made;
  }
};

inline std::vector<double> numbers_of(const block& state, index count) {
  std::vector<double> numbers;
  with_scalar(state.kind(), [&]<class Scalar>(Scalar) {
    for (const Scalar number : state.as<Scalar>().first(slot(count)))
      numbers.push_back(static_cast<double>(number));
  });
  return numbers;
}

inline double difference(const block& left, const block& right) {
  return worst_difference(numbers_of(left, left.size()), numbers_of(right, right.size()));
}

inline merge_rule_catalogue::policy_ptr rule(std::string_view name, value settings = {}) {
  return merge_rules().make(name, settings, "merging").value();
}

inline value setting(const std::string& name, value given) {
  value settings;
  settings.table()[name] = std::move(given);
  return settings;
}

/// Builders and branches, on inputs of so many numbers at most.
inline std::vector<network_case> networks_up_to(index inputs_max) {
  auto cases = branching_cases();
  for (network_case& one : model_cases())
    if (one.input.size() > 1 && one.input.size() <= inputs_max && one.name != "vgg" &&
        one.classes > 0)
      cases.push_back(std::move(one));
  return cases;
}

}  // namespace echelon::testing
