#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "experiments/compare/statistics.hpp"
#include "experiments/report/probe_curves.hpp"
#include "experiments/report/report_format.hpp"

namespace echelon::experiments {
namespace {

/// Accuracies this close are called level.
constexpr double level_margin = 0.01;
/// Below this mean correlation most matches are little better than chance.
constexpr double low_likeness = 0.5;

double first_of(const std::vector<double>& values) {
  const auto found = std::ranges::find_if(values, [](double one) { return !std::isnan(one); });
  return found == values.end() ? missing : *found;
}

double last_of(std::vector<double> values) {
  std::ranges::reverse(values);
  return first_of(values);
}

/// "12.3 points ahead", "4.5 points behind", "level".
std::string gap_words(double gap) {
  if (!std::isfinite(gap))
    return "not measured";
  if (std::abs(gap) <= level_margin)
    return "level";
  return fmt::format("{:.1f} points {}", 100 * std::abs(gap), gap > 0 ? "ahead" : "behind");
}

/// Both at the bytes of the one that sent less.
std::string bytes_words(const run_record& run, const run_record& base) {
  const double shared = std::fmin(run.bytes_up, base.bytes_up);
  const double ours = merged_accuracy_at(run, shared), theirs = merged_accuracy_at(base, shared);
  std::string out = fmt::format("It sent {} between peers against {}. ", bytes_text(run.bytes_up),
                                bytes_text(base.bytes_up));
  if (std::isfinite(ours) && std::isfinite(theirs))
    return out + fmt::format("At equal bytes ({}) accuracy stood at {} against {}. ",
                             bytes_text(shared), percent_text(ours), percent_text(theirs));
  return out + fmt::format("At equal bytes ({}) {} had not ended a round. ", bytes_text(shared),
                           std::isfinite(ours) ? "the other" : "it");
}

std::string matching_words(const run_record& run, bool loses) {
  const auto likeness = probed(run, "matched_likeness");
  if (likeness.empty())
    return {};
  std::string out = fmt::format("Units were matched at a mean correlation of {:.2f} in the first "
                                "merge and {:.2f} in the last. ",
                                likeness.front().y, likeness.back().y);
  if (loses && likeness.back().y < low_likeness)
    out += "At so little likeness many units have no counterpart, and peers choose differently "
           "from one round to the next: the average mixes what does not belong together. ";
  return out;
}

std::string comparison(const shown_run& run, const shown_run& base) {
  const round_columns &ours = run.record->columns, &theirs = base.record->columns;
  const double first = first_of(ours.merged) - first_of(theirs.merged);
  const double last = last_of(ours.merged) - last_of(theirs.merged);
  const double trained = last_of(ours.accuracy) - last_of(theirs.accuracy);
  const bool loses = last < -level_margin || trained < -level_margin;
  const std::string_view tone = loses                                         ? " class=\"bad\""
                                : last > level_margin || first > level_margin ? " class=\"good\""
                                                                              : "";
  return fmt::format(
      "<li{}><b>{}</b> against <b>{}</b>: <b>{}{} after the first merge, {} after the last</b>. "
      "Merged models stood at {} against {} at first and at {} against {} at last; trained in the "
      "last round, at {} against {}. {}{}</li>\n",
      tone, escape_html(run.label), escape_html(base.label), loses ? "it loses: " : "",
      gap_words(first), gap_words(last), percent_text(first_of(ours.merged)),
      percent_text(first_of(theirs.merged)), percent_text(last_of(ours.merged)),
      percent_text(last_of(theirs.merged)), percent_text(last_of(ours.accuracy)),
      percent_text(last_of(theirs.accuracy)), bytes_words(*run.record, *base.record),
      matching_words(*run.record, loses));
}

}  // namespace

double merged_accuracy_at(const run_record& run, double bytes) {
  return last_within(run.columns.merged, run.columns.bytes, bytes);
}

std::string peer_words_html(const shown_runs& runs) {
  if (runs.size() < 2 || !all_among_peers(runs))
    return {};
  const shown_run& base = base_among(runs, "average");
  std::string items;
  for (const shown_run& run : runs)
    if (&run != &base)
      items += comparison(run, base);
  return section_html("What it bought", {},
                      fmt::format("<ul class=\"words\">{}</ul>\n<p class=\"note\">{}</p>\n", items,
                                  says_nothing_of_chance));
}

}  // namespace echelon::experiments
