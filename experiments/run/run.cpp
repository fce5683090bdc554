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
            return record.broken() || (request.interrupted && request.interrupted());
          },
      .checkpoint_file = checkpoint_file(record.path()),
      .scenario = run.toml(),
      .resume = std::move(from)};
  ECHELON_TRY(const actors::run_outcome outcome, request.train(setup, options, observer));
  return complete_record(run, *setup, outcome, record);
}

}  // namespace

fs::path default_folder(const scenario& run) {
  return fs::path{"runs"} / fmt::format("{}-{}", run.name(), run.seed());
}

result<run_result> run_scenario(const scenario& run, const policy_catalogues& policies,
                                const run_request& request) {
  const fs::path folder = request.folder.empty() ? default_folder(run) : request.folder;
  earlier_run before;
  if (request.resume) {
    ECHELON_TRY(before, look_back(run, folder));
  }
  if (before.finished) {
    tell(request, fmt::format("{} is finished already", folder.string()));
    return *before.finished;
  }
  ECHELON_TRY(const actors::training_setup_ptr setup, build(run, policies, request.notice));
  ECHELON_TRY(record_folder record, open_record(run, folder, before.from));
  return train(run, setup, request, record, std::move(before.from));
}

}  // namespace echelon::experiments
