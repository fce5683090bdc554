#pragma once

#include "algorithms/merging/topologies/topology.hpp"

namespace echelon::merging {

/// Peer i sends to i + 1, i + 2, i + 4, ... around: directed, few neighbours, a gap that hardly
/// falls with the number of peers.
struct exponential_graph {
  static constexpr std::string_view name = "exponential";
  static constexpr std::string_view summary = "each peer sends 1, 2, 4, ... places on";
  static constexpr std::string_view source = "Ying et al. 2021, arXiv:2110.13363";
  static std::vector<parameter> declared() { return {}; }
  static result<topology_ptr> make(const parameters& given, const topology_context& context);
};

/// One of the hops of the exponential graph a round, in turn. Where the number of peers is a power
/// of two, one turn of all hops averages exactly.
struct one_peer_exponential_graph {
  static constexpr std::string_view name = "one-peer-exponential";
  static constexpr std::string_view summary = "one receiver a round: 1, 2, 4, ... places on";
  static constexpr std::string_view source = "Assran et al. 2019, arXiv:1811.10792";
  static std::vector<parameter> declared() { return {}; }
  static result<topology_ptr> make(const parameters& given, const topology_context& context);
};

}  // namespace echelon::merging
