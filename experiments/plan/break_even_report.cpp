#include "experiments/plan/break_even_report.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "experiments/report/report_format.hpp"

namespace echelon::experiments {
namespace {

using coding::planning::break_even_cell;
using coding::planning::break_even_map;
using coding::planning::plan_option;
using nlohmann::ordered_json;

/// A letter for the kind of scheme that wins.
char letter_of(const plan_option& winner) {
  if (!winner.choice.idle_workers.empty())
    return 'd';
  const bool repeats = winner.name.find("frc") != std::string::npos;
  const bool polynomial = winner.name.find("polynomial") != std::string::npos;
  return repeats && polynomial ? 'm' : repeats ? 'f' : polynomial ? 'p' : 'u';
}

constexpr std::string_view legend = "u uncoded, f repetition, p polynomial, m one of each, d nodes "
                                    "dropped; % of the uncoded time saved";

ordered_json cell_json(const break_even_cell& cell) {
  return {{"probability", cell.probability},
          {"factor", cell.factor},
          {"winner", cell.winner.name},
          {"gain", cell.gain()},
          {"predicted_mean_s", cell.winner.predicted.mean_s},
          {"uncoded_mean_s", cell.uncoded.mean_s}};
}

std::string row_of_page(const break_even_map& map, std::size_t row) {
  std::string text = fmt::format("<tr><th>{:g}</th>", map.probabilities[row]);
  for (std::size_t column = 0; column < map.factors.size(); ++column) {
    const break_even_cell& cell = map.at(row, column);
    text += fmt::format(
        "<td style=\"background:rgba(34,139,84,{:.2f})\" title=\"{} instead of "
        "{}\">{}<br><b>{:.0f} "
        "%</b></td>",
        std::clamp(cell.gain(), 0.0, 1.0), seconds_text(cell.winner.predicted.mean_s),
        seconds_text(cell.uncoded.mean_s), escape_html(cell.winner.name), 100 * cell.gain());
  }
  return text + "</tr>\n";
}

}  // namespace

ordered_json break_even_json(const break_even_map& map) {
  ordered_json cells = ordered_json::array();
  for (const break_even_cell& cell : map.cells)
    cells.push_back(cell_json(cell));
  return {{"break_even",
           {{"probabilities", map.probabilities},
            {"factors", map.factors},
            {"cells", std::move(cells)}}}};
}

std::string break_even_text(const break_even_map& map) {
  std::string
      text = "straggler probability (down) times slow factor (across): who wins\n\n        ";
  for (const double factor : map.factors)
    text += fmt::format("{:>8g}", factor);
  for (std::size_t row = 0; row < map.probabilities.size(); ++row) {
    text += fmt::format("\n{:>8g}", map.probabilities[row]);
    for (std::size_t column = 0; column < map.factors.size(); ++column) {
      const break_even_cell& cell = map.at(row, column);
      text += fmt::format("{:>4} {:>2.0f}%", letter_of(cell.winner), 100 * cell.gain());
    }
  }
  return fmt::format("{}\n\n{}\n", text, legend);
}

std::string break_even_page(const break_even_map& map, std::string_view name) {
  std::string table = "<table>\n<tr><th></th>";
  for (const double factor : map.factors)
    table += fmt::format("<th>{:g} times</th>", factor);
  table += "</tr>\n";
  for (std::size_t row = 0; row < map.probabilities.size(); ++row)
    table += row_of_page(map, row);
  const std::string title = fmt::format("{}: where coding pays", name);
  return page_html(
      title, section_html("Straggler probability times slow factor",
                          "Which scheme is the fastest where every node is slow with a probability "
                          "(down) by a factor (across), and how much of the uncoded time it saves. "
                          "Predicted from the laws of the scenario's delays.",
                          table + "</table>\n"));
}

}  // namespace echelon::experiments
