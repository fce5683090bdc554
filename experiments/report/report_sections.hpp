#pragma once

#include <span>
#include <string>
#include <vector>

#include "experiments/report/svg_chart.hpp"
#include "experiments/run/record_reader.hpp"

namespace echelon::experiments {

/// A run as a page shows it: one name and one colour throughout.
struct shown_run {
  const run_record* record;
  std::string label;  ///< text, not yet HTML
  index colour;
};

using shown_runs = std::vector<shown_run>;

/// Labels as short as tells the runs apart: the code's name, else more and more of where they come
/// from.
shown_runs labelled(std::span<const run_record> records);

/// A coloured square and the label, as HTML.
std::string key_html(const shown_run& run);

/// Runs without a coordinator.
bool among_peers(const shown_run& run);
bool all_among_peers(const shown_runs& runs);
/// Whether any clock moved: without delays and links the virtual one stands still.
bool time_passed(const shown_runs& runs);

/// Parts of the page, each HTML or empty where the runs have nothing to say about it.
std::string headline_html(const shown_runs& runs);
std::string words_html(const shown_runs& runs);
std::string peer_words_html(const shown_runs& runs);
std::string curves_html(const shown_runs& runs);
std::string times_html(const shown_runs& runs);
std::string stragglers_html(const shown_runs& runs);
std::string work_html(const shown_runs& runs);
std::string compression_html(const shown_runs& runs);
std::string averaging_html(const shown_runs& runs);
std::string peers_html(const shown_runs& runs);
std::string traffic_html(const shown_runs& runs);
std::string certificates_html(const shown_runs& runs);
std::string provenance_html(const shown_runs& runs);

/// Numbers behind the words, for tests. `missing` where a run never got there.
double time_to_accuracy(const run_record& run, double accuracy);
double accuracy_at(const run_record& run, double time_s);
/// The last number of a column up to where another one passes a limit; `missing`: there is none.
double last_within(const std::vector<double>& numbers, const std::vector<double>& across,
                   double limit);
/// What runs are compared with: the first of that policy, or of all.
const shown_run& base_among(const shown_runs& runs, std::string_view policy);
constexpr std::string_view says_nothing_of_chance =
    "One run each says nothing about chance; echelon compare repeats it over seeds.";
/// After the last merge until which at most so many bytes had been sent.
double merged_accuracy_at(const run_record& run, double bytes);

}  // namespace echelon::experiments
