#include "experiments/report/report.hpp"

#include <fstream>

#include <fmt/format.h>

#include "algorithms/base/contract.hpp"
#include "experiments/report/report_format.hpp"
#include "experiments/report/report_sections.hpp"

namespace echelon::experiments {

std::string render_report(std::span<const run_record> records) {
  expects(!records.empty());
  const shown_runs runs = labelled(records);
  std::string body = headline_html(runs);
  for (const auto section : {words_html, peer_words_html, peers_html, curves_html, times_html,
                             stragglers_html, work_html, compression_html, averaging_html,
                             traffic_html, certificates_html, provenance_html})
    body += section(runs);
  body += "<footer>Written by echelon report.</footer>\n";
  const std::string title = runs.size() == 1 ? records.front().facts.name
                                             : fmt::format("{} runs side by side", runs.size());
  return page_html(title + " · Echelon", body);
}

result<void> write_page(const std::filesystem::path& file, const std::string& text) {
  std::error_code failed;
  if (file.has_parent_path())
    std::filesystem::create_directories(file.parent_path(), failed);
  const std::filesystem::path half = file.string() + ".tmp";
  std::ofstream out{half, std::ios::binary | std::ios::trunc};
  out << text;
  out.close();
  if (out)
    std::filesystem::rename(half, file, failed);
  if (!out || failed) {
    std::error_code ignored;
    std::filesystem::remove(half, ignored);
    return fail(errc::cannot_write, "{}: cannot be written; name a file in a folder that can be",
                file.string());
  }
  return {};
}

result<std::filesystem::path> write_report(const std::vector<std::filesystem::path>& folders,
                                           std::filesystem::path out) {
  expects(!folders.empty());
  std::vector<run_record> records;
  for (const std::filesystem::path& folder : folders) {
    ECHELON_TRY(run_record record, read_record(folder));
    records.push_back(std::move(record));
  }
  if (out.empty())
    out = folders.size() == 1 ? folders.front() / "report.html"
                              : std::filesystem::path{"report.html"};
  ECHELON_CHECK(write_page(out, render_report(records)));
  return out;
}

}  // namespace echelon::experiments
