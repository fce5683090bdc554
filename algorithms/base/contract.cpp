#include "algorithms/base/contract.hpp"

#include <cstdlib>

#include <fmt/format.h>

namespace echelon {

void broken_contract(const char* file, int line) {
  fmt::print(stderr, "{}:{}: a condition that must hold does not: this is a bug in Echelon\n", file,
             line);
  std::abort();
}

}  // namespace echelon
