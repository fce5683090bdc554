#pragma once

#include <span>
#include <string>
#include <string_view>

#include "experiments/report/report_sections.hpp"

namespace echelon::experiments {

/// The lines of a picture over rounds, named and coloured so that they can be told apart.
class line_set {
public:
  explicit line_set(bool several_runs) : several_runs_(several_runs) {}

  /// Fewer than two points are left out.
  void add(const shown_run& run, const std::string& what, std::vector<svg_point> points);
  /// Empty where there is no line; logarithmic where lines are steep.
  std::string picture(std::string_view caption, std::string_view up) const;

private:
  bool several_runs_;
  std::vector<svg_series> lines_;
};

/// What a run's probes noted under a name, in order. Empty where they did not.
std::vector<svg_point> probed(const run_record& run, const std::string& name);

/// The mean of all points up to each.
std::vector<svg_point> means_so_far(std::vector<svg_point> points);

/// One line a run and name.
std::string probe_picture(const shown_runs& runs, std::span<const std::string> names,
                          std::string_view caption);

/// The mean of |grad f|^2 that probes measured so far, and the bounds on it.
std::string bound_picture(const shown_runs& runs, std::span<const std::string> bounds);

/// The last bound of that name, or up to which rate there would be one: "0.12", "rate above 0.003".
std::string bound_text(const run_record& run, const std::string& name);

/// The mean over the probes.
std::string probed_mean(const run_record& run, const std::string& name);

}  // namespace echelon::experiments
