#pragma once

#include <vector>

#include "algorithms/merging/permutations/unit_orders.hpp"

namespace echelon::merging {

/// A matching of two networks: unit r of `left` is unit order[r] of `right`, class by class.
struct matched_pair {
  index left = 0;
  index right = 0;
  unit_orders orders;
};

/// One order per network that agrees with as many of the matched units as can be found: gathered by
/// them, networks are in one gauge, and whatever leads round a cycle leads back to itself. Starts
/// with the matchings along a breadth-first tree from network 0, then lets each network in turn
/// take the order that most of its matchings vote for, while agreement grows.
/// Cost: an assignment per network, class and sweep.
/// Errors: a network that no chain of matchings leads to. Source: Echelon; the projected power
/// method of Chen, Candes 2018, arXiv:1609.05820, one network at a time.
result<std::vector<unit_orders>> synchronised(const permutation_spec& spec, index networks,
                                              const std::vector<matched_pair>& pairs);

/// The share of matched units with which orders agree.
double agreement(const std::vector<unit_orders>& orders, const std::vector<matched_pair>& pairs);

}  // namespace echelon::merging
