#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "algorithms/learning/layer_graph.hpp"
#include "algorithms/merging/permutations/unit_classes.hpp"

namespace echelon::merging {

/// Where one tensor lies in the flat state, and which classes move along its axes.
struct tensor_map {
  std::string name;
  std::vector<index> shape;
  index offset = 0;
  learning::tensor_role role = learning::tensor_role::weight;
  std::vector<axis_map> axes;  ///< one per axis; only the first two may have segments

  bool trained() const {
    return role != learning::tensor_role::running_mean &&
           role != learning::tensor_role::running_variance;
  }
};

/// Where to read what the units of a class put out: `places` on the flat output of a node, all of
/// this class.
struct tap {
  index node = 0;
  std::string name;  ///< of the node
  axis_map places;
};

/// Tensor axes that must be permuted together.
struct permutation_class {
  struct use {
    index tensor;
    index axis;
  };

  index units = 0;
  /// Groups of equal size of which units cannot leave, but which can change places; 1: no limits.
  index blocks = 1;
  std::vector<use> uses;
  tap reading;
};

/// Which reorderings of a network's units leave its function as it is: the classes of units, and
/// all places of the state that each of them touches.
struct permutation_spec {
  std::vector<permutation_class> classes;
  std::vector<tensor_map> tensors;  ///< in the order of the state: parameters, then buffers
  index state_size = 0;
  std::uint64_t hash = 0;  ///< of the description: peers merge only where it is equal
};

/// Derives the specification from the nodes of a graph, whatever they are. Units that no rule
/// covers are left out, never guessed: the input, the output, units of a grouped convolution within
/// their group, and branches that meet in layouts that do not fit.
/// Errors: a graph that does not fit together (learning::infer_shapes).
result<permutation_spec> derive_permutations(const learning::layer_graph& graph);

/// For reading, and for the hash: a line per class with its size, where it is read and every tensor
/// axis it moves.
std::string describe(const permutation_spec& spec);

}  // namespace echelon::merging
