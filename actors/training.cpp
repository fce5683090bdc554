#include "actors/training.hpp"

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

}  // namespace echelon::actors
