#pragma once

#include "algorithms/merging/topologies/topology.hpp"

namespace echelon::merging {

/// Every edge is there with one probability; drawn again until the graph is connected.
struct erdos_renyi_graph {
  static constexpr std::string_view name = "erdos-renyi";
  static constexpr std::string_view summary = "every edge with one probability, until connected";
  static constexpr std::string_view source = "Erdos, Renyi 1959";
  static std::vector<parameter> declared();
  static result<topology_ptr> make(const parameters& given, const topology_context& context);
};

/// All peers have the same number of neighbours, drawn by pairing stubs, and the graph is
/// connected.
struct random_regular_graph {
  static constexpr std::string_view name = "random-regular";
  static constexpr std::string_view summary = "the same number of random neighbours for all";
  static constexpr std::string_view source = "Steger, Wormald 1999";
  static std::vector<parameter> declared();
  static result<topology_ptr> make(const parameters& given, const topology_context& context);
};

/// A ring in which everybody hears the nearest peers, some edges moved to random ends.
struct small_world_graph {
  static constexpr std::string_view name = "small-world";
  static constexpr std::string_view summary = "a thick ring with some edges moved to random ends";
  static constexpr std::string_view source = "Watts, Strogatz 1998";
  static std::vector<parameter> declared();
  static result<topology_ptr> make(const parameters& given, const topology_context& context);
};

}  // namespace echelon::merging
