#include "algorithms/coding/code_round.hpp"

namespace echelon::coding {

void code_round::progressed(index, index, index, double) {}

void code_round::woken(double) { wake_at(std::nullopt); }

bool code_round::wanted(index) const { return true; }

}  // namespace echelon::coding
