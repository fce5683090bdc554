#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "algorithms/base/result.hpp"
#include "experiments/run/record_reader.hpp"

namespace echelon::experiments {

/// One self-contained HTML page about one run, or about several side by side: no network, no script
/// needed to read it, all foreign text escaped. Its size is bounded whatever the length of the
/// runs: about 100 kB a run, and at most about 1 MB. Needs at least one record.
std::string render_report(std::span<const run_record> records);

/// Reads the run folders and writes the page; returns where. `out` empty: report.html in the only
/// folder, or `report.html` here when there are several.
/// Errors: those of read_record; a page that cannot be written leaves no half of it behind.
result<std::filesystem::path> write_report(const std::vector<std::filesystem::path>& folders,
                                           std::filesystem::path out);

/// Writes a file whole or not at all.
result<void> write_page(const std::filesystem::path& file, const std::string& text);

}  // namespace echelon::experiments
