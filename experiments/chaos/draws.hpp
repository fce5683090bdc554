#pragma once

#include <vector>

#include "algorithms/base/random.hpp"
#include "algorithms/base/value.hpp"
#include "experiments/chaos/drawing.hpp"

// What drawn scenarios of coordinators and of peers have in common.
namespace echelon::experiments::chaos {

template <class T>
const T& one_of(random_stream& random, const std::vector<T>& items) {
  return items[slot(random.below(std::ssize(items)))];
}

/// Over several orders of magnitude.
double spread(random_stream& random, double least, double most);

/// A value that a fault's parameter may have, by what its name says it is.
value drawn_setting(random_stream& random, const parameter& declared, double round_s);

/// When a fault begins and, where it need not last, how long it holds.
void draw_times(random_stream& random, const fault_field& field, bool for_good, value_table& fault);

value_table drawn_delays(random_stream& random);

}  // namespace echelon::experiments::chaos
