#include "tools/echelon/own_nodes.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstring>

#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

namespace echelon {
namespace {

constexpr auto patience = std::chrono::seconds{5};
constexpr int look_every_ms = 20;

result<pid_t> start_one(std::vector<std::string> words) {
  std::vector<char*> arguments;
  for (std::string& word : words)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t started = 0;
  const int failed = posix_spawn(&started, "/proc/self/exe", nullptr, nullptr, arguments.data(),
                                 environ);
  if (failed != 0)
    return fail(errc::not_supported, "cannot start a node's process: {}", std::strerror(failed));
  return started;
}

}  // namespace

result<void> own_nodes::start(const tree& topology, const std::string& join) {
  const index count = topology.edges() + topology.workers();
  const index cores = std::max<index>(sysconf(_SC_NPROCESSORS_ONLN), 1);
  const std::string threads = std::to_string(std::max<index>(cores / std::max<index>(count, 1), 1));
  for (index seat = 0; seat < count; ++seat) {
    const bool edge = seat < topology.edges();
    const std::string name = edge ? fmt::format("edge-{}", seat)
                                  : fmt::format("worker-{}", seat - topology.edges());
    ECHELON_TRY(const pid_t started,
                start_one({"echelon", "node", "--join", join, "--name", name, "--threads", threads,
                           "--patience", "10", "--quiet"}));
    running_.push_back(started);
  }
  return {};
}

own_nodes::~own_nodes() {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!running_.empty() && std::chrono::steady_clock::now() < until) {
    std::erase_if(running_, [](pid_t node) { return waitpid(node, nullptr, WNOHANG) != 0; });
    if (!running_.empty())
      poll(nullptr, 0, look_every_ms);
  }
  for (const pid_t node : running_) {
    kill(node, SIGKILL);
    waitpid(node, nullptr, 0);
  }
}

}  // namespace echelon
