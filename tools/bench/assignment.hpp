#pragma once

#include <iosfwd>

namespace echelon::bench {

/// Reads square matrices, each its number of rows as 64 bits and then its doubles row by row, until
/// the input ends; for each writes a line of JSON with the assignment's profit, its gap, and the
/// seconds it took.
void solve_assignments(std::istream& from, std::ostream& to);

}  // namespace echelon::bench
