#include "tools/echelon/cluster_table.hpp"

#include <unistd.h>

#include <fmt/format.h>

namespace echelon {
namespace {

std::string state_of(const experiments::node_view& node) {
  if (node.suspect)
    return "late";
  return node.here ? "here" : "coming";
}

double megabytes(std::int64_t bytes) { return static_cast<double>(bytes) / 1e6; }

}  // namespace

void cluster_table::tell(const std::string& what) const {
  if (!quiet_)
    fmt::print(stderr, "{}\n", what);
}

void cluster_table::show(const experiments::cluster_view& now) {
  std::string states = fmt::format("{}", now.present);
  for (const auto& node : now.nodes)
    states += fmt::format(" {} {} {}", node.name, node.seat, state_of(node));
  if (quiet_ || states == shown_)
    return;
  shown_ = states;
  fmt::print(stderr, "{} of {} seats taken, {} rounds done\n", now.present, now.seats, now.rounds);
  for (const auto& node : now.nodes)
    fmt::print(stderr, "  {:<20} {:<12} {:<7} {:<24} sent {:.1f} MB, received {:.1f} MB\n",
               node.name, node.seat, state_of(node), node.where, megabytes(node.bytes_sent),
               megabytes(node.bytes_received));
}

}  // namespace echelon
