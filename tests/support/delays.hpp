#pragma once

#include "algorithms/transmission/delay_model.hpp"

namespace echelon::transmission {

inline result<delay_model_ptr> make_delays(std::string_view name, value_table settings,
                                           const delay_context& context) {
  return delay_models().make(name, settings, "delays", context);
}

inline node_id worker(index number) { return {role::worker, static_cast<std::int32_t>(number)}; }
inline node_id edge(index number) { return {role::edge, static_cast<std::int32_t>(number)}; }

}  // namespace echelon::transmission
