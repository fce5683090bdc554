#pragma once

#include "algorithms/merging/topologies/topology.hpp"

namespace echelon::merging {

/// Rows and columns that close around: four neighbours each.
struct torus_graph {
  static constexpr std::string_view name = "torus";
  static constexpr std::string_view summary = "a grid that closes around in both directions";
  static constexpr std::string_view source = "torus grid";
  static std::vector<parameter> declared();
  static result<topology_ptr> make(const parameters& given, const topology_context& context);
};

/// Rows and columns with borders.
struct grid_graph {
  static constexpr std::string_view name = "grid";
  static constexpr std::string_view summary = "rows and columns, each peer hears those beside it";
  static constexpr std::string_view source = "grid graph";
  static std::vector<parameter> declared() { return torus_graph::declared(); }
  static result<topology_ptr> make(const parameters& given, const topology_context& context);
};

}  // namespace echelon::merging
