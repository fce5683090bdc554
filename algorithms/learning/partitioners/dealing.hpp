#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "algorithms/learning/partitioner.hpp"

// What the partitioners share. All of it is deterministic in its arguments.
namespace echelon::learning {

/// Refuses parts < 1 and fewer samples than parts.
result<void> check_parts(std::string_view policy, const dataset& samples, index parts);

/// Refuses regression data too, which has no labels to deal by.
result<void> check_labelled(std::string_view policy, const dataset& samples, index parts);

/// The rows of each class that occurs, by class, each list in random order.
std::vector<std::vector<index>> rows_by_class(const dataset& samples, random_stream& random);

/// Whole numbers that add up to `total`, each within one of its share by weight, by largest
/// remainder. `weights` are not negative and not all zero; ties go to the first.
std::vector<index> apportion(index total, std::span<const double> weights);

/// Takes from the largest until none is zero; the sum is at least the number of counts.
void raise_to_one(std::span<index> counts);

/// Numbers that add up to 1, Dirichlet-distributed with one concentration for all.
std::vector<double> dirichlet_weights(index count, double alpha, random_stream& random);

/// Gives every empty part one row of the largest part, and sorts each part's rows.
partition repaired(partition parts);

/// Deals classes like cards: round by round each part takes the next class that it does not hold,
/// until it holds `per_part`. The rows of a class are shared evenly by its holders. Writes into
/// `parts`. Errors: too few cards for all classes, or fewer rows of a class than holders.
result<void> deal_classes(std::string_view policy, std::span<const std::vector<index>> classes,
                          index per_part, std::span<std::vector<index>> parts);

}  // namespace echelon::learning
