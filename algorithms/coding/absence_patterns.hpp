#pragma once

#include <vector>

#include "algorithms/base/types.hpp"

namespace echelon::coding {

/// Sets of absent senders by which a code is judged: every run of neighbours, then all sets where
/// they are at most `most`, otherwise `samples` of them, seeded. Members of drawn sets and of runs
/// are in no order; sets may occur twice.
std::vector<std::vector<index>> absence_patterns(index senders, index absent, index most,
                                                 index samples);

}  // namespace echelon::coding
