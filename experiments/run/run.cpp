#include "experiments/run/run.hpp"

#include <memory>

#include "experiments/scenario/describe.hpp"

namespace echelon::experiments {
namespace {

namespace fs = std::filesystem;

/// Writes the record first, then tells whoever watches.
class recorder final : public actors::run_observer {
public:
  recorder(record_folder& record, actors::run_observer* follower)
      : record_(record), follower_(follower) {}

  void on_round(const actors::round_record& round) override {
    record_.on_round(round);
    if (follower_ != nullptr)
      follower_->on_round(round);
  }

private:
  record_folder& record_;
  actors::run_observer* follower_;
};

void tell(const run_request& request, std::string_view step) {
  if (request.notice)
    request.notice(step);
}

/// Trains into an open record and completes it.
result<run_result> train(const scenario& run, const actors::training_setup_ptr& setup,
                         const run_request& request, record_folder& record,
                         std::optional<actors::checkpoint> from) {
  tell(request, describe(run, *setup));
  recorder observer{record, request.follower};
  const actors::run_options options{
      .world = run.simulated() ? actors::world_kind::simulated : actors::world_kind::local,
      .interrupted =
          [&request, &record] {
            return record.broken() || !record.check_claim() ||
                   (request.interrupted && request.interrupted());
          },
      .checkpoint_file = checkpoint_file(record.path()),
      .keep = [&record](const actors::checkpoint& mark) { return record.write_checkpoint(mark); },
      .scenario = run.toml(),
      .resume = std::move(from)};
  ECHELON_TRY(const actors::run_outcome outcome, request.train(setup, options, observer));
  return complete_record(run, *setup, outcome, record);
}

/// Our own right to write the record, in our turn.
result<record_claim> claim_record(const scenario& run, const run_request& request,
                                  const fs::path& folder) {
  ECHELON_CHECK(check_record_place(folder));
  if (!request.stand_by)
    return record_claim::take(folder, *request.writer);
  ECHELON_TRY(const std::uint64_t from, request.stand_by(run, folder));
  return record_claim::take_over(folder, *request.writer, from);
}

}  // namespace

fs::path default_folder(const scenario& run) {
  return fs::path{"runs"} / fmt::format("{}-{}", run.name(), run.seed());
}

result<run_result> run_scenario(const scenario& run, const policy_catalogues& policies,
                                const run_request& request) {
  const fs::path folder = request.folder.empty() ? default_folder(run) : request.folder;
  const bool resume = request.resume || request.stand_by;
  earlier_run before;
  if (resume) {
    ECHELON_TRY(before, look_back(run, folder));
  }
  if (before.finished) {
    tell(request, fmt::format("{} is finished already", folder.string()));
    return *before.finished;
  }
  ECHELON_TRY(const actors::training_setup_ptr setup, build(run, policies, request.notice));
  std::optional<record_claim> claim;
  if (request.writer) {
    ECHELON_TRY(claim, claim_record(run, request, folder));
    // What was there a moment ago may have been written on meanwhile; now it cannot be.
    if (resume) {
      ECHELON_TRY(before, look_back(run, folder));
    }
  }
  if (before.finished)
    return *before.finished;
  if (request.stand_by)
    tell(request, fmt::format("taking over after round {} (epoch {})",
                              before.from ? before.from->so_far.rounds : 0, claim->epoch()));
  ECHELON_TRY(record_folder record,
              open_record(run, folder, before.from, claim ? &*claim : nullptr));
  return train(run, setup, request, record, std::move(before.from));
}

}  // namespace echelon::experiments
