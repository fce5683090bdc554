#include "experiments/testkit/broken_laws.hpp"

#include <algorithm>

namespace echelon::testkit {

bool broken_laws::broke(std::string_view law) const {
  return std::ranges::find(all_, law, &broken_law::law) != all_.end();
}

std::string broken_laws::text() const {
  std::string lines;
  for (const broken_law& one : all_)
    lines += one.law + ": " + one.how + "\n";
  return lines;
}

}  // namespace echelon::testkit
