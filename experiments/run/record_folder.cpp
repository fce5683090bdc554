#include "experiments/run/record_folder.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <sstream>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

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

/// Claims alone are left by somebody who ended before his record began.
bool holds_other_things(const fs::path& folder) {
  std::error_code ignored;
  return std::ranges::any_of(fs::directory_iterator{folder, ignored},
                             [](const auto& entry) { return !is_claim(entry.path()); });
}

/// What was written to a file lasts from here on; where that cannot be had, the rest does not hang
/// on it.
void sync_file(const fs::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor >= 0) {
    ::fsync(descriptor);
    ::close(descriptor);
  }
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

/// The first `rounds` lines, or nothing where there are fewer.
std::optional<std::string> lines_of_rounds(const fs::path& file, index rounds) {
  std::ifstream in{file, std::ios::binary};
  std::string line, lines;
  for (index round = 0; round < rounds; ++round) {
    if (!std::getline(in, line) || in.eof())
      return std::nullopt;
    lines += line + '\n';
  }
  return lines;
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

result<void> check_record_place(const fs::path& folder) {
  std::error_code ignored;
  if (!fs::exists(folder, ignored) || holds_record(folder))
    return {};
  if (!fs::is_directory(folder, ignored))
    return fail(errc::bad_input, "{}: is a file; a run record needs a folder", folder.string());
  if (holds_other_things(folder))
    return fail(
        errc::bad_input,
        "{}: holds something other than a run record; name an empty or new folder with --out",
        folder.string());
  return {};
}

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

result<record_folder> record_folder::create(const fs::path& folder, const std::string& scenario,
                                            const record_claim* claim) {
  ECHELON_CHECK(check_record_place(folder));
  ECHELON_CHECK(make_folder(folder));
  record_folder made{folder, claim};
  ECHELON_CHECK(made.check_claim());
  ECHELON_CHECK(remove_record(folder));
  ECHELON_CHECK(write_text(made.desk() / scenario_name, scenario));
  ECHELON_CHECK(made.hand_in(scenario_name));
  ECHELON_CHECK(write_text(made.desk() / metrics_name, ""));
  ECHELON_CHECK(made.open_metrics());
  return made;
}

result<record_folder> record_folder::reopen(const fs::path& folder, index rounds,
                                            const record_claim* claim) {
  const fs::path metrics_file = folder / metrics_name;
  const auto kept = lines_of_rounds(metrics_file, rounds);
  if (!kept)
    return fail(
        errc::bad_input,
        "{}: has fewer than the {} rounds of the checkpoint beside it; run without --resume",
        metrics_file.string(), rounds);
  record_folder made{folder, claim};
  ECHELON_CHECK(write_text(made.desk() / metrics_name, *kept));
  ECHELON_CHECK(made.open_metrics());
  return made;
}

/// Opened on the desk, so that it stays ours even where another file takes its name.
result<void> record_folder::open_metrics() {
  metrics_.open(desk() / metrics_name, std::ios::binary | std::ios::app);
  if (!metrics_)
    return fail(errc::cannot_write, "{}: cannot be written; name another folder with --out",
                (folder_ / metrics_name).string());
  return hand_in(metrics_name);
}

result<void> record_folder::hand_in(const char* name) const {
  return claim_ ? claim_->hand_in(name) : result<void>{};
}

result<void> record_folder::check_claim() const {
  if (claim_ && claim_->lost())
    return std::unexpected(claim_->why_lost());
  return {};
}

void record_folder::on_round(const actors::round_record& round) {
  metrics_ << round_line(round) << '\n' << std::flush;
}

/// A desk that is gone shows as a file that cannot be written.
result<void> record_folder::keep(const char* name, result<void> written) const {
  if (!written) {
    ECHELON_CHECK(check_claim());
    return written;
  }
  return hand_in(name);
}

result<void> record_folder::write_summary(const std::string& text) const {
  return keep(summary_name, write_text(desk() / summary_name, text));
}

/// Not before the lines of its rounds.
result<void> record_folder::write_checkpoint(const actors::checkpoint& mark) const {
  sync_file(folder_ / metrics_name);
  return keep(checkpoint_name, actors::save_checkpoint(desk() / checkpoint_name, mark));
}

result<void> record_folder::write_model(const learning::model& trained, const block& state,
                                        const std::map<std::string, std::string>& facts) const {
  const std::vector<float> values = as_floats(state);
  std::vector<learning::tensor_view> tensors;
  for (const learning::tensor_spec& spec : trained.tensors())
    tensors.push_back({spec.name, spec.shape,
                       std::span{values}.subspan(static_cast<std::size_t>(spec.offset),
                                                 static_cast<std::size_t>(spec.size()))});
  return keep(model_name, learning::write_safetensors(desk() / model_name, tensors, facts));
}

}  // namespace echelon::experiments
