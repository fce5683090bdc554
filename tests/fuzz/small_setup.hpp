#pragma once

#include "tests/support/small_training.hpp"

namespace echelon::fuzz {

/// A run that bytes can claim to belong to.
inline const actors::training_setup_ptr& small_setup() {
  static const auto made = std::make_shared<const actors::training_setup>(
      tests::small_setup({.policy = "fractional-repetition", .stragglers = 1, .workers = 4}));
  return made;
}

}  // namespace echelon::fuzz
