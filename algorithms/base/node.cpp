#include "algorithms/base/node.hpp"

#include <fmt/format.h>

namespace echelon {

std::string_view to_string(role kind) {
  switch (kind) {
    case role::coordinator: return "coordinator";
    case role::edge: return "edge";
    case role::worker: return "worker";
    case role::peer: return "peer";
  }
  return "node";
}

std::string to_string(node_id node) {
  return node.kind == role::coordinator ? std::string{to_string(node.kind)}
                                        : fmt::format("{}/{}", to_string(node.kind), node.number);
}

}  // namespace echelon
