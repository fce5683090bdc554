#include "actors/training.hpp"

#include <algorithm>

namespace echelon::actors {

double training_setup::weight_of(index part, double used) const {
  switch (weights) {
    case weighting::uniform: return 1;
    case weighting::samples: break;
    case weighting::batch:
      if (!sends_changes())
        return used;
  }
  return static_cast<double>(parts[slot(part)].size());
}

double training_setup::weight_of(index part) const {
  const index held = std::ssize(parts[slot(part)]);
  return weight_of(part, static_cast<double>(batch == 0 ? held : std::min(held, batch)));
}

}  // namespace echelon::actors
