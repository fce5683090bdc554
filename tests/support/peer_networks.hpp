#pragma once

#include <boost/test/unit_test.hpp>

#include "algorithms/merging/topologies/peer_network.hpp"

// Topologies of peers in tests, made by name.
namespace echelon::merging {

inline topology_ptr make_graphs(std::string_view name, index peers, value_table settings = {},
                                std::uint64_t seed = 1) {
  auto made = topologies().make(name, settings, "topology", topology_context{peers, seed});
  BOOST_REQUIRE_MESSAGE(made.has_value(), (made ? "" : made.error().detail));
  return *made;
}

inline mixing_weights_ptr make_weights(std::string_view name) {
  return *mixing_weightings().make(name, value_table{}, "topology");
}

inline peer_network make_network(std::string_view graph, index peers, value_table settings = {},
                                 std::string_view weights = "auto",
                                 weights_needed needed = weights_needed::doubly_stochastic) {
  auto made = peer_network::make(make_graphs(graph, peers, std::move(settings)),
                                 *make_weights(weights), needed);
  BOOST_REQUIRE_MESSAGE(made.has_value(), (made ? "" : made.error().detail));
  return *std::move(made);
}

/// Every graph that needs no file.
inline std::vector<std::string> drawn_topologies() {
  auto names = topologies().names();
  std::erase(names, "file");
  return names;
}

}  // namespace echelon::merging
