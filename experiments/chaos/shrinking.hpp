#pragma once

#include <functional>
#include <string>

#include "algorithms/base/types.hpp"
#include "algorithms/base/value.hpp"

namespace echelon::experiments::chaos {

/// Whether a scenario still shows what is to be kept. What cannot be resolved shows nothing.
using still_fails = std::function<bool(const value& settings)>;

/// The settings without whatever is not needed to fail: faults and keys are left out, in halves and
/// one by one, until none can be, and rounds are made few. Calls `fails` at most `tries_max` times.
/// Source: Zeller, Hildebrandt 2002 (delta debugging), over tables.
value shrink(value settings, const still_fails& fails, index tries_max = 300);

/// Settings as a scenario file, tables that are not inline in sections of their own.
std::string settings_toml(const value& settings);

}  // namespace echelon::experiments::chaos
