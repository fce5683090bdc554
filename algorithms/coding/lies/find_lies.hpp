#pragma once

#include <vector>

#include "algorithms/base/matrix.hpp"
#include "algorithms/base/types.hpp"

namespace echelon::coding {

/// Numbers that every message of a round has, and that go through the code as its values do: random
/// projections of the values, or what is sent beside them.
struct told_numbers {
  matrix numbers;  ///< a row for each row of the code, a column for each number
  vector sizes;    ///< of what the numbers of a row stand for: what rounding is relative to
};

/// What a round's answers say, row by row of the code.
struct testimony {
  std::vector<index> senders;  ///< of each row, ascending; a sender may have several
  matrix rows;                 ///< of the encoding matrix
  std::vector<told_numbers> told;
};

/// Who does not fit. Ascending, disjoint.
struct lie_findings {
  std::vector<index> liars;     ///< named: no explanation does without them
  std::vector<index> suspects;  ///< something does not fit, and it is one of these, or more

  bool any() const { return !liars.empty() || !suspects.empty(); }
  bool operator==(const lie_findings&) const = default;
};

/// Finds the senders whose answers contradict the others', as error location in the code of real
/// numbers that the rows of those who answered are.
///
/// Every relation among the rows (their left null space) must hold among the answers; senders that
/// share no relation are looked at apart. Where r relations bind senders of up to w rows each, the
/// smallest sets of up to floor(r / 2 w) of them are found that explain everything, in that all
/// relations without them hold. Those in all of these sets are named, those in some are suspect; if
/// there is no set, all are suspect. Who is bound by no relation cannot be judged.
///
/// Promise: where any 2 t of a group's senders carry independent relations, up to t liars are named
/// and nobody else is, whatever they say and however they agree on it; t = floor(r / 2) for a
/// polynomial code and r answers more than it needs, and for r + 1 replicas: two detect, three
/// name. More liars that do not agree on a lie are detected, and still nobody honest is named.
///
/// Units: `threshold`: of what a relation weighs, sqrt(sum of its squared coefficients times the
/// squared sizes of the answers). What is off by less passes; it must be far above rounding.
/// Cost: a QR of the rows. Where something is wrong, also one of r x |set| for each set that is
/// tried, at most `sets_max` of them: beyond that, only smaller sets are looked for, which promises
/// so many fewer liars.
/// Source: reconstruction, after decoding of linear codes over the reals (Candes, Tao 2005,
/// arXiv:math/0502327) and bounded-distance decoding.
lie_findings find_lies(const testimony& said, double threshold);

/// How many sets of senders are tried as explanations in one group.
inline constexpr index sets_max = 30'000;

}  // namespace echelon::coding
