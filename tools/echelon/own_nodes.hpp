#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

#include "algorithms/base/tree.hpp"

namespace echelon {

/// Node processes of this program on this machine, one for each seat of a topology. They end when
/// their run does; whoever is left when this goes is ended.
class own_nodes {
public:
  own_nodes() = default;
  ~own_nodes();
  own_nodes(const own_nodes&) = delete;
  own_nodes& operator=(const own_nodes&) = delete;

  /// Errors: not_supported when the system starts no process.
  result<void> start(const tree& topology, const std::string& join);

private:
  std::vector<pid_t> running_;
};

}  // namespace echelon
