#pragma once

#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <string>

#include "actors/record.hpp"
#include "actors/session.hpp"
#include "experiments/run/record_claim.hpp"

namespace echelon::experiments {

/// The folder a run is recorded in: scenario.toml, metrics.jsonl, summary.json, model.safetensors,
/// checkpoint. Writing goes on behind `on_round`; a line that cannot be written stops the run
/// through `broken`. With a claim, which must outlive it, nothing is written once that is lost:
/// whole files are handed in through it, and lines go to a file of its own, which whoever takes
/// over replaces.
class record_folder final : public actors::run_observer {
public:
  /// A folder for a run from its first round. Takes a new or empty folder, or one that holds an
  /// earlier record, which is replaced; anything else is refused. Errors: bad_input for a folder of
  /// other things; cannot_write.
  static result<record_folder> create(const std::filesystem::path& folder,
                                      const std::string& scenario,
                                      const record_claim* claim = nullptr);

  /// The same folder at the end of that round, for a run that goes on from its checkpoint: later
  /// lines of metrics.jsonl are cut off. Errors: a record with fewer rounds, or one that cannot be
  /// written.
  static result<record_folder> reopen(const std::filesystem::path& folder, index rounds,
                                      const record_claim* claim = nullptr);

  void on_round(const actors::round_record& round) override;
  /// True once a line could not be written.
  bool broken() const { return !metrics_; }

  /// Each is written whole or not at all.
  result<void> write_summary(const std::string& text) const;
  result<void> write_model(const learning::model& trained, const block& state,
                           const std::map<std::string, std::string>& facts) const;
  result<void> write_checkpoint(const actors::checkpoint& mark) const;

  /// Errors: interrupted: the record belongs to somebody else now.
  result<void> check_claim() const;
  const std::filesystem::path& path() const { return folder_; }

private:
  record_folder(std::filesystem::path folder, const record_claim* claim)
      : folder_(std::move(folder)), claim_(claim) {}

  /// Where files are written before they are handed in.
  const std::filesystem::path& desk() const { return claim_ ? claim_->desk() : folder_; }
  result<void> hand_in(const char* name) const;
  /// Hands in what was written on the desk.
  result<void> keep(const char* name, result<void> written) const;
  result<void> open_metrics();

  std::filesystem::path folder_;
  const record_claim* claim_;
  std::ofstream metrics_;
};

/// Names of a record's files.
std::filesystem::path scenario_file(const std::filesystem::path& folder);
std::filesystem::path summary_file(const std::filesystem::path& folder);
std::filesystem::path checkpoint_file(const std::filesystem::path& folder);

/// Whether a run may be recorded there. Errors: bad_input for a file, or a folder of other things.
result<void> check_record_place(const std::filesystem::path& folder);

/// True where the folder holds a record, finished or not.
bool holds_record(const std::filesystem::path& folder);

/// The text of a small file, or nothing where it cannot be read.
std::optional<std::string> file_text(const std::filesystem::path& file);

}  // namespace echelon::experiments
