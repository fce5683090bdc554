#include "algorithms/transmission/random_delays.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/ranges.h>

namespace echelon::transmission {
namespace {

/// Beyond this loss a message would take more than a thousand tries.
constexpr double loss_max = 0.999;

std::vector<parameter> link_keys() {
  return {
      {"link_s", value_kind::number, 0.0, "seconds a try of a message takes, down and up", 0.0},
      {"link_down_s", value_kind::number, std::nullopt, "seconds down, where other than link_s",
       0.0},
      {"link_up_s", value_kind::number, std::nullopt, "seconds up, where other than link_s", 0.0},
      {"link_loss", value_kind::number, 0.0, "probability that a try fails", 0.0, loss_max},
  };
}

std::vector<parameter> worker_keys() {
  std::vector<parameter> keys{
      {"compute_shift_s", value_kind::number, 0.0, "seconds a part takes at least", 0.0},
      {"compute_rate_per_s", value_kind::number, 0.0,
       "parts a second of the exponential share; 0: it takes no time", 0.0},
  };
  std::ranges::copy(link_keys(), std::back_inserter(keys));
  return keys;
}

node_speed link_speed(const parameters& given) {
  const double both = given.number("link_s");
  return {.link_down_s = given.has("link_down_s") ? given.number("link_down_s") : both,
          .link_up_s = given.has("link_up_s") ? given.number("link_up_s") : both,
          .link_loss = given.number("link_loss")};
}

node_speed worker_speed(const parameters& given) {
  node_speed speed = link_speed(given);
  speed.compute_shift_s = given.number("compute_shift_s");
  speed.compute_rate_per_s = given.number("compute_rate_per_s");
  return speed;
}

/// Speeds of `count` nodes from the table `one` for all of them, or from the list `each`.
result<std::vector<node_speed>> read_speeds(const parameters& given, std::string_view one,
                                            std::string_view each, index count,
                                            std::span<const parameter> keys,
                                            node_speed (*read)(const parameters&)) {
  if (given.has(one) && given.has(each))
    return given.refuse(each, "cannot be given beside {}; it must be one of the two", one);
  if (!given.has(each)) {
    ECHELON_TRY(const parameters same, given.nested(one, keys));
    return std::vector<node_speed>(static_cast<std::size_t>(count), read(same));
  }
  ECHELON_TRY(const auto members, given.nested_list(each, keys));
  if (std::ssize(members) != count)
    return given.refuse(each, "has {} entries; it must have one for each of the {} {}",
                        members.size(), count, each);
  std::vector<node_speed> speeds;
  std::ranges::transform(members, std::back_inserter(speeds), read);
  return speeds;
}

}  // namespace

std::vector<parameter> random_delays::declared() {
  return {
      {"worker", value_kind::table, std::nullopt,
       "compute_shift_s, compute_rate_per_s, link_s, link_down_s, link_up_s, link_loss of every "
       "worker"},
      {"workers", value_kind::list, std::nullopt,
       "the same as a table for each worker, depth first"},
      {"edge", value_kind::table, std::nullopt,
       "link_s, link_down_s, link_up_s, link_loss of every edge"},
      {"edges", value_kind::list, std::nullopt, "the same as a table for each edge, depth first"},
  };
}

result<random_delays> random_delays::make(const parameters& given, const delay_context& context) {
  random_delays made;
  made.seed_ = context.seed;
  ECHELON_TRY(made.workers_, read_speeds(given, "worker", "workers", context.workers, worker_keys(),
                                         &worker_speed));
  ECHELON_TRY(made.edges_,
              read_speeds(given, "edge", "edges", context.edges, link_keys(), &link_speed));
  return made;
}

seconds random_delays::compute(node_id worker, index round, double parts, index task) const {
  const node_speed& node = speed(worker);
  double time = node.compute_shift_s * parts;
  if (node.compute_rate_per_s > 0)
    time += draws("delay.compute", worker, round, task).exponential() * parts /
            node.compute_rate_per_s;
  return seconds{time};
}

seconds random_delays::link(node_id node, index round, direction way) const {
  const bool down = way == direction::down;
  const node_speed& known = speed(node);
  auto tries = draws(down ? "delay.link.down" : "delay.link.up", node, round);
  return seconds{(down ? known.link_down_s : known.link_up_s) *
                 static_cast<double>(tries.geometric(known.link_loss))};
}

delay_law random_delays::law(node_id node) const {
  const node_speed& known = speed(node);
  return {.compute_shift_s = known.compute_shift_s,
          .compute_rate_per_s = known.compute_rate_per_s,
          .link_down_s = known.link_down_s,
          .link_up_s = known.link_up_s,
          .link_loss = known.link_loss};
}

random_stream random_delays::draws(std::string_view purpose, node_id node, index round,
                                   index task) const {
  const auto who = (static_cast<std::uint64_t>(task) << 40) |
                   (static_cast<std::uint64_t>(node.kind) << 32) |
                   static_cast<std::uint32_t>(node.number);
  return {seed_, purpose, who, static_cast<std::uint64_t>(round)};
}

const node_speed& random_delays::speed(node_id node) const {
  expects(node.kind != role::coordinator);  // it has no parent, and computes nothing
  return (node.kind == role::edge ? edges_ : workers_).at(static_cast<std::size_t>(node.number));
}

std::vector<parameter> slow_keys(std::vector<parameter> of_rule) {
  of_rule.push_back(
      {"factor", value_kind::number, 10.0, "how many times as long a slow node takes", 1.0});
  return of_rule;
}

parameter slow_table(std::span<const parameter> keys) {
  std::vector<std::string> texts;
  for (const parameter& key : keys)
    texts.push_back(fmt::format("{} = {} ({})", key.name, key.fallback->toml(), key.summary));
  return {"slow", value_kind::table, std::nullopt, fmt::format("{}", fmt::join(texts, ", "))};
}

}  // namespace echelon::transmission
