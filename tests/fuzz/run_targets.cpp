#include <sstream>

#include "actors/checkpoint.hpp"
#include "actors/sender_shelf.hpp"
#include "algorithms/merging/topologies/files/graph_file.hpp"
#include "algorithms/merging/topologies/peer_network.hpp"
#include "algorithms/merging/topologies/weightings.hpp"
#include "algorithms/transmission/traces/trace.hpp"
#include "experiments/run/record_reader.hpp"
#include "tests/fuzz/scratch.hpp"
#include "tests/fuzz/small_setup.hpp"
#include "tests/support/scenario_texts.hpp"

namespace echelon::fuzz {
namespace {

std::istringstream stream_of(bytes input) {
  return std::istringstream{std::string{text_of(input)}};
}

}  // namespace

void feed_safetensors(bytes input) {
  static_cast<void>(learning::read_safetensors(written("model.safetensors", input)));
}

/// As one whose checksum holds. What is accepted can be written and read again.
void feed_checkpoint(bytes input) {
  const auto file = written("checkpoint", input);
  static_cast<void>(actors::load_checkpoint(file));
  const auto stored = learning::read_safetensors(file);
  if (!stored)
    return;
  const auto read = actors::checkpoint_of(*stored, file);
  if (!read)
    return;
  const auto again = scratch() / "again";
  expects(actors::save_checkpoint(again, *read).has_value());
  expects(actors::load_checkpoint(again).has_value());
}

/// What a checkpoint says that senders remember.
void feed_senders(bytes input) {
  static_cast<void>(actors::book_from_bytes(input, *small_setup()));
}

/// A scenario; behind a line of dashes a `--set` argument. What is accepted says all of itself.
void feed_scenario(bytes input) {
  const auto [text, setting] = halves(input);
  const auto made = setting.empty()
                        ? tests::resolved(text_of(text))
                        : tests::resolved(text_of(text), {std::string{text_of(setting)}});
  if (!made)
    return;
  const auto again = tests::resolved(made->toml());
  expects(again.has_value() && again->toml() == made->toml());
}

void feed_setting(bytes input) {
  value settings;
  std::istringstream lines = stream_of(input);
  for (std::string line; std::getline(lines, line);)
    static_cast<void>(experiments::apply_setting(settings, line));
}

/// summary.json, a line of dashes, metrics.jsonl.
void feed_record(bytes input) {
  const auto [summary, metrics] = halves(input);
  written("scenario.toml", {});
  written("summary.json", summary);
  written("metrics.jsonl", metrics);
  if (const auto read = experiments::read_record(scratch()))
    expects(read->columns.loss.size() == read->columns.round.size());
}

/// A graph of four peers, with the weights that it states.
void feed_graph(bytes input) {
  std::istringstream text = stream_of(input);
  const auto graph = merging::graph_file::read(text, "graph.json", 4);
  if (!graph)
    return;
  const auto network = merging::peer_network::make(*graph, merging::stated_weights{});
  if (network)
    static_cast<void>(network->row(0, 0));
}

/// Times of three workers and an edge.
void feed_trace(bytes input) {
  std::istringstream text = stream_of(input);
  const auto trace = transmission::trace::read(text, "times.csv", {.workers = 3, .edges = 1});
  if (trace)
    for (const index round : {0, 1, 1'000'000})
      expects(trace->compute({role::worker, 2}, round, 2).count() >= 0);
}

}  // namespace echelon::fuzz
