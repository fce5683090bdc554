#pragma once

#include <optional>
#include <string>

#include "algorithms/learning/data_source.hpp"

namespace echelon::embed {

/// A data source that is samples in memory, under a name of your choice:
/// `add(policies.sources, data_in_memory("sensors", mine))`. Scaled and split as the scenario's
/// [data] says, like any other; not split where `test` is given. Cost: one copy a session.
/// Errors, when a scenario uses it: sizes that do not fit together; labels beyond the classes.
learning::data_source_catalogue::entry data_in_memory(std::string name, learning::dataset samples,
                                                      std::optional<learning::dataset> test = {});

}  // namespace echelon::embed
