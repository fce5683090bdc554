#pragma once

#include "algorithms/merging/topologies/topology.hpp"

namespace echelon::merging {

/// Everybody hears everybody: one merge gives all the same average.
struct full_graph {
  static constexpr std::string_view name = "full";
  static constexpr std::string_view summary = "everybody hears everybody";
  static constexpr std::string_view source = "complete graph";
  static std::vector<parameter> declared() { return {}; }
  static result<topology_ptr> make(const parameters& given, const topology_context& context);
};

/// Peer i hears i - 1 and i + 1, around.
struct ring_graph {
  static constexpr std::string_view name = "ring";
  static constexpr std::string_view summary = "each peer hears the two beside it";
  static constexpr std::string_view source = "cycle graph";
  static std::vector<parameter> declared() { return {}; }
  static result<topology_ptr> make(const parameters& given, const topology_context& context);
};

/// One hub that everybody hears.
struct star_graph {
  static constexpr std::string_view name = "star";
  static constexpr std::string_view summary = "everybody hears one hub";
  static constexpr std::string_view source = "star graph";
  static std::vector<parameter> declared();
  static result<topology_ptr> make(const parameters& given, const topology_context& context);
};

/// Two hubs, not linked, that all others hear: the bipartite graph of DIMAT's experiments.
/// `published` states its weights too, 1/(N-1) cut to two decimals.
struct bipartite_graph {
  static constexpr std::string_view name = "bipartite";
  static constexpr std::string_view summary = "two hubs, not linked, that all others hear";
  static constexpr std::string_view source = "Saadati et al. 2024, arXiv:2404.08079";
  static std::vector<parameter> declared();
  static result<topology_ptr> make(const parameters& given, const topology_context& context);
};

}  // namespace echelon::merging
