#pragma once

#include "algorithms/merging/topologies/topology.hpp"

namespace echelon::merging {

/// Base-(k+1) graphs: a schedule of sparse graphs with weights of their own after which everybody
/// has the exact average, whatever the number of peers. Where the peers are a product of factors up
/// to k+1, they are the corners of a box whose directions are averaged in turn; else their number
/// is written to the base k+1, each digit's peers average among themselves, and every larger part
/// takes in what the smaller ones have before it averages once more. Cost: at most k neighbours a
/// round, O(log N) rounds. Source: Takezawa et al. 2023, arXiv:2305.11420; the schedule is a
/// reconstruction.
struct base_graph {
  static constexpr std::string_view name = "base";
  static constexpr std::string_view
      summary = "base-(k+1) graphs: exact averaging in O(log N) sparse rounds";
  static constexpr std::string_view
      source = "Takezawa et al. 2023, arXiv:2305.11420 (reconstruction)";
  static std::vector<parameter> declared();
  static result<topology_ptr> make(const parameters& given, const topology_context& context);
};

}  // namespace echelon::merging
