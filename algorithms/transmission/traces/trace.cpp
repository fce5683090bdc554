#include "algorithms/transmission/traces/trace.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <istream>
#include <optional>

namespace echelon::transmission {
namespace {

std::vector<std::string_view> cells_of(std::string_view line) {
  if (line.ends_with('\r'))
    line.remove_suffix(1);
  std::vector<std::string_view> cells;
  for (std::size_t from = 0; from <= line.size();) {
    const std::size_t comma = std::min(line.find(',', from), line.size());
    cells.push_back(line.substr(from, comma - from));
    from = comma + 1;
  }
  return cells;
}

template <class Number>
std::optional<Number> number_in(std::string_view cell) {
  Number number{};
  const auto [end, problem] = std::from_chars(cell.data(), cell.data() + cell.size(), number);
  if (problem != std::errc{} || end != cell.data() + cell.size())
    return std::nullopt;
  return number;
}

std::optional<node_id> node_in(std::string_view cell, const delay_context& context) {
  node_id node{role::worker, 0};
  if (cell.starts_with("edge/"))
    node.kind = role::edge;
  if (const auto slash = cell.find('/'); slash != std::string_view::npos) {
    if (node.kind != role::edge && !cell.starts_with("worker/"))
      return std::nullopt;
    cell.remove_prefix(slash + 1);
  }
  const auto number = number_in<std::int32_t>(cell);
  const index count = node.kind == role::edge ? context.edges : context.workers;
  if (!number || *number < 0 || *number >= count)
    return std::nullopt;
  node.number = *number;
  return node;
}

std::optional<double> time_in(std::string_view cell) {
  const auto time = number_in<double>(cell);
  return time && *time >= 0 && *time <= seconds_max.count() ? time : std::nullopt;
}

/// How many columns the header announces, or 0 where it is not one.
std::size_t header_width(std::string_view line) {
  const auto cells = cells_of(line);
  const std::vector<std::string_view> names{"node", "round", "compute_s", "link_s"};
  const bool fits = cells.size() >= 3 && cells.size() <= names.size() &&
                    std::equal(cells.begin(), cells.end(), names.begin());
  return fits ? cells.size() : 0;
}

/// A peer's times are those of the worker with its number.
node_id traced(node_id node) {
  return {node.kind == role::peer ? role::worker : node.kind, node.number};
}

}  // namespace

std::vector<parameter> trace::declared() {
  return {{.name = "path",
           .kind = value_kind::text,
           .fallback = std::nullopt,
           .summary = "a CSV file with the header node,round,compute_s[,link_s]",
           .required = true}};
}

result<trace> trace::make(const parameters& given, const delay_context& context) {
  const std::string& path = given.text("path");
  std::ifstream file{path};
  if (!file)
    return given.refuse("path", "{} cannot be opened; it must be {}", path,
                        declared().front().summary);
  return read(file, path, context);
}

result<trace> trace::read(std::istream& text, std::string_view file, const delay_context& context) {
  std::string line;
  std::getline(text, line);
  const std::size_t width = header_width(line);
  if (width == 0)
    return fail(errc::bad_input,
                "{}:1: \"{}\" is not the header; it must be node,round,compute_s[,link_s]", file,
                line);
  trace made;
  for (index row = 2; std::getline(text, line); ++row) {
    const auto cells = cells_of(line);
    if (cells.size() != width)
      return fail(errc::bad_input, "{}:{}: has {} cells; it must have {} as the header", file, row,
                  cells.size(), width);
    if (const auto added = made.add(cells, context); !added)
      return fail(errc::bad_input, "{}:{}: {}", file, row, added.error().detail);
  }
  for (std::int32_t worker = 0; worker < context.workers; ++worker)
    if (!made.nodes_.contains({role::worker, worker}))
      return fail(errc::bad_input,
                  "{}: has no row for worker/{}; it must have some for each of the {} workers",
                  file, worker, context.workers);
  for (auto& [node, past] : made.nodes_)
    past.median_s = median(past.rounds);
  return made;
}

result<void> trace::add(std::span<const std::string_view> cells, const delay_context& context) {
  const auto node = node_in(cells[0], context);
  if (!node)
    return fail(errc::bad_input,
                "\"{}\" is not a node; it must be one of {} workers or {} edges, such as worker/0",
                cells[0], context.workers, context.edges);
  const auto round = number_in<std::int32_t>(cells[1]);
  history& past = nodes_[*node];
  const index expected = past.rounds.empty() ? index{round.value_or(0)} : past.last_round + 1;
  if (!round || *round != expected)
    return fail(errc::bad_input, "\"{}\" is not the next round of {}; it must be {}", cells[1],
                to_string(*node), expected);
  times measured;
  for (std::size_t i = 2; i < cells.size(); ++i) {
    const auto time = time_in(cells[i]);
    if (!time)
      return fail(errc::bad_input, "\"{}\" is not a time; it must be between 0 and {} seconds",
                  cells[i], seconds_max.count());
    (i == 2 ? measured.compute_s : measured.link_s) = *time;
  }
  past.last_round = *round;
  past.rounds.push_back(measured);
  return {};
}

double trace::median(std::span<const times> rounds) {
  std::vector<double> totals;
  std::ranges::transform(rounds, std::back_inserter(totals), &times::total);
  const auto middle = totals.begin() + std::ssize(totals) / 2;
  std::ranges::nth_element(totals, middle);
  return *middle;
}

const trace::times* trace::at(node_id node, index round) const {
  const auto found = nodes_.find(traced(node));
  if (found == nodes_.end())
    return nullptr;
  const auto& rounds = found->second.rounds;
  return &rounds[static_cast<std::size_t>(round % std::ssize(rounds))];
}

seconds trace::compute(node_id worker, index round, double parts, index) const {
  const times* known = at(worker, round);
  return seconds{known ? known->compute_s * parts : 0.0};
}

seconds trace::link(node_id node, index round, direction) const {
  const times* known = at(node, round);
  return seconds{known ? known->link_s : 0.0};
}

bool trace::slow(node_id node, index round) const {
  const times* known = at(node, round);
  return known && known->total() > 2 * nodes_.find(traced(node))->second.median_s;
}

}  // namespace echelon::transmission
