#include "algorithms/merging/topologies/lattices.hpp"

namespace echelon::merging {
namespace {

/// The given number of rows, or the largest divisor that is not above the root.
result<index> rows_of(const parameters& given, index peers) {
  index rows = given.integer("rows");
  if (rows > 0 && peers % rows != 0)
    return given.refuse("rows", "{} rows do not divide {} peers; it must be a divisor, or 0", rows,
                        peers);
  for (index divisor = 1; given.integer("rows") == 0 && divisor * divisor <= peers; ++divisor)
    if (peers % divisor == 0)
      rows = divisor;
  return rows;
}

result<topology_ptr> lattice(const parameters& given, index peers, bool around) {
  ECHELON_TRY(const index rows, rows_of(given, peers));
  const index columns = peers / rows;
  peer_graph graph{peers};
  const auto connect = [&](index row, index column, index next_row, index next_column) {
    const bool inside = next_row < rows && next_column < columns;
    const index here = row * columns + column;
    const index next = next_row % rows * columns + next_column % columns;
    if ((inside || around) && here != next)
      graph.connect(here, next);
  };
  for (index row = 0; row < rows; ++row)
    for (index column = 0; column < columns; ++column) {
      connect(row, column, row, column + 1);
      connect(row, column, row + 1, column);
    }
  return constant(std::move(graph));
}

}  // namespace

std::vector<parameter> torus_graph::declared() {
  return {{"rows", value_kind::integer, 0, "rows; 0: as square as the number of peers allows", 0}};
}

result<topology_ptr> torus_graph::make(const parameters& given, const topology_context& context) {
  return lattice(given, context.peers, true);
}

result<topology_ptr> grid_graph::make(const parameters& given, const topology_context& context) {
  return lattice(given, context.peers, false);
}

}  // namespace echelon::merging
