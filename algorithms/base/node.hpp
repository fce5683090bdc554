#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "algorithms/base/types.hpp"

namespace echelon {

enum class role : std::uint8_t { coordinator, edge, worker, peer };

std::string_view to_string(role kind);

/// A participant by role and index, as it is named in messages, traces and records: "worker/3".
/// The coordinator is "coordinator". Indices are depth first.
struct node_id {
  role kind = role::coordinator;
  std::int32_t number = 0;

  auto operator<=>(const node_id&) const = default;
};

std::string to_string(node_id node);

}  // namespace echelon
