#include "experiments/run/record_folder.hpp"

#include <array>
#include <span>
#include <sstream>
#include <system_error>

#include "algorithms/learning/formats/atomic_file.hpp"
#include "algorithms/learning/safetensors.hpp"
#include "experiments/run/record_json.hpp"

namespace echelon::experiments {
namespace {

namespace fs = std::filesystem;

constexpr const char* scenario_name = "scenario.toml";
constexpr const char* metrics_name = "metrics.jsonl";
constexpr const char* summary_name = "summary.json";
constexpr const char* model_name = "model.safetensors";
constexpr const char* report_name = "report.html";
constexpr const char* checkpoint_name = "checkpoint";

result<void> write_text(const fs::path& file, const std::string& text) {
  const std::array pieces{std::as_bytes(std::span{text})};
  return learning::write_atomically(file, pieces);
}

result<void> make_folder(const fs::path& folder) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed)
    return fail(errc::cannot_write, "{}: cannot be made ({}); name another folder with --out",
                folder.string(), failed.message());
  return {};
}

result<void> check_ours(const fs::path& folder) {
  std::error_code ignored;
  if (!fs::exists(folder, ignored) || holds_record(folder))
    return {};
  if (!fs::is_directory(folder, ignored))
    return fail(errc::bad_input, "{}: is a file; a run record needs a folder", folder.string());
  if (!fs::is_empty(folder, ignored))
    return fail(
        errc::bad_input,
        "{}: holds something other than a run record; name an empty or new folder with --out",
        folder.string());
  return {};
}

/// Only what a record holds: whatever else the user keeps there stays.
result<void> remove_record(const fs::path& folder) {
  for (const char* name :
       {metrics_name, summary_name, model_name, report_name, checkpoint_name, scenario_name}) {
    std::error_code failed;
    fs::remove(folder / name, failed);
    if (failed)
      return fail(errc::cannot_write, "{}: cannot be replaced ({})", (folder / name).string(),
                  failed.message());
  }
  return {};
}

result<std::ofstream> open_metrics(const fs::path& folder) {
  std::ofstream metrics{folder / metrics_name, std::ios::binary | std::ios::app};
  if (!metrics)
    return fail(errc::cannot_write, "{}: cannot be written; name another folder with --out",
                (folder / metrics_name).string());
  return metrics;
}

/// Bytes of the first `rounds` lines, or nothing where there are fewer.
std::optional<std::uintmax_t> bytes_of_rounds(const fs::path& file, index rounds) {
  std::ifstream in{file, std::ios::binary};
  std::string line;
  std::uintmax_t bytes = 0;
  for (index round = 0; round < rounds; ++round) {
    if (!std::getline(in, line) || in.eof())
      return std::nullopt;
    bytes += line.size() + 1;
  }
  return bytes;
}

std::vector<float> as_floats(const block& state) {
  return with_scalar(state.kind(), [&state](auto zero) {
    const auto values = state.as<decltype(zero)>();
    std::vector<float> floats;
    floats.reserve(values.size());
    for (const auto number : values)
      floats.push_back(static_cast<float>(number));
    return floats;
  });
}

}  // namespace

fs::path scenario_file(const fs::path& folder) { return folder / scenario_name; }
fs::path summary_file(const fs::path& folder) { return folder / summary_name; }
fs::path checkpoint_file(const fs::path& folder) { return folder / checkpoint_name; }

bool holds_record(const fs::path& folder) {
  std::error_code ignored;
  return fs::is_regular_file(folder / scenario_name, ignored) &&
         fs::is_regular_file(folder / metrics_name, ignored);
}

std::optional<std::string> file_text(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  std::ostringstream text;
  if (!in || !(text << in.rdbuf()))
    return std::nullopt;
  return std::move(text).str();
}

result<record_folder> record_folder::create(const fs::path& folder, const std::string& scenario) {
  ECHELON_CHECK(check_ours(folder));
  ECHELON_CHECK(make_folder(folder));
  ECHELON_CHECK(remove_record(folder));
  ECHELON_CHECK(write_text(scenario_file(folder), scenario));
  ECHELON_TRY(std::ofstream metrics, open_metrics(folder));
  return record_folder{folder, std::move(metrics)};
}

result<record_folder> record_folder::reopen(const fs::path& folder, index rounds) {
  const fs::path metrics_file = folder / metrics_name;
  const auto kept = bytes_of_rounds(metrics_file, rounds);
  if (!kept)
    return fail(
        errc::bad_input,
        "{}: has fewer than the {} rounds of the checkpoint beside it; run without --resume",
        metrics_file.string(), rounds);
  std::error_code failed;
  fs::resize_file(metrics_file, *kept, failed);
  if (failed)
    return fail(errc::cannot_write, "{}: cannot be cut back ({})", metrics_file.string(),
                failed.message());
  ECHELON_TRY(std::ofstream metrics, open_metrics(folder));
  return record_folder{folder, std::move(metrics)};
}

void record_folder::on_round(const actors::round_record& round) {
  metrics_ << round_line(round) << '\n' << std::flush;
}

result<void> record_folder::write_summary(const std::string& text) const {
  return write_text(summary_file(folder_), text);
}

result<void> record_folder::write_model(const learning::model& trained, const block& state,
                                        const std::map<std::string, std::string>& facts) const {
  const std::vector<float> values = as_floats(state);
  std::vector<learning::tensor_view> tensors;
  for (const learning::tensor_spec& spec : trained.tensors())
    tensors.push_back({spec.name, spec.shape,
                       std::span{values}.subspan(static_cast<std::size_t>(spec.offset),
                                                 static_cast<std::size_t>(spec.size()))});
  return learning::write_safetensors(folder_ / model_name, tensors, facts);
}

}  // namespace echelon::experiments
