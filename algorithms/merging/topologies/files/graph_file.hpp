#pragma once

#include <iosfwd>

#include "algorithms/merging/topologies/topology.hpp"

namespace echelon::merging {

/// A graph from a JSON file as the public experiments describe theirs: "connectivity", an N x N
/// matrix of 0 and 1 whose row i says whom peer i hears (the diagonal does not matter), and, if it
/// states weights, "pi", N x N.
struct graph_file {
  static constexpr std::string_view name = "file";
  static constexpr std::string_view summary = "a JSON file with the matrices connectivity and pi";
  static constexpr std::string_view source = "Saadati et al. 2024, arXiv:2404.08079";
  static std::vector<parameter> declared();
  static result<topology_ptr> make(const parameters& given, const topology_context& context);

  /// From text instead; `file` is what refusals call it.
  static result<topology_ptr> read(std::istream& text, std::string_view file, index peers);
};

}  // namespace echelon::merging
