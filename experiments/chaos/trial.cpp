#include "experiments/chaos/trial.hpp"

#include <algorithm>

#include "actors/session.hpp"
#include "experiments/run/build.hpp"

namespace echelon::experiments::chaos {
namespace {

constexpr index sittings_max = 4;
constexpr node_id the_coordinator{role::coordinator, 0};

/// The same setup, where nothing befalls the coordinator any more.
actors::training_setup_ptr without_coordinator_faults(const actors::training_setup& from) {
  auto calm = std::make_shared<actors::training_setup>(from);
  for (faults::scheduled_fault& one : calm->faults.faults)
    if (one.at == the_coordinator)
      one.length = nanoseconds{0};
  return calm;
}

bool only_coordinator_fails(const faults::fault_plan& plan) {
  return std::ranges::all_of(
      plan.faults, [](const faults::scheduled_fault& one) { return one.at == the_coordinator; });
}

/// Tells the invariants what happens in the sittings of one run.
class eyes final : public actors::run_observer {
public:
  eyes(const std::vector<invariant_maker>& makers, const promises& made) {
    for (const invariant_maker& make : makers)
      watching_.push_back(make(made));
  }

  /// `with_weights`: rounds are told with those that they end with.
  void follow(actors::run_under_way& running, const runtime::event_loop& loop, bool with_weights) {
    running_ = &running;
    loop_ = &loop;
    with_weights_ = with_weights;
    runtime::courier& mail = running.here().mail();
    mail.subscribe([this](const runtime::trace_event& what) {
      ++messages_;
      tell(message_sent{what});
    });
    mail.subscribe_arrivals([this](const runtime::trace_event& what) { tell(message_due{what}); });
  }
  void on_round(const actors::round_record& record) override {
    tell(round_ended{record, loop_->now(), with_weights_ ? running_->weights() : block{}});
  }
  void on_checkpoint(index rounds) override { tell(checkpoint_written{rounds}); }
  void on_node(node_id node, bool there) override { tell(node_moved{node, there, loop_->now()}); }

  void tell(const event& what) {
    for (auto& one : watching_) {
      if (!one)
        continue;
      if (std::string how = one->observe(what); !how.empty()) {
        broken_.push_back({std::string{one->name()}, std::move(how)});
        one.reset();
      }
    }
  }
  std::vector<broken_promise> broken() && { return std::move(broken_); }
  index messages() const { return messages_; }

private:
  std::vector<std::unique_ptr<invariant>> watching_;
  std::vector<broken_promise> broken_;
  actors::run_under_way* running_ = nullptr;
  const runtime::event_loop* loop_ = nullptr;
  bool with_weights_ = true;
  index messages_ = 0;
};

/// One sitting, from the first round or from a checkpoint.
result<actors::run_outcome> sit(const actors::training_setup_ptr& setup,
                                const actors::run_options& options, eyes& watching) {
  const auto loop = actors::make_virtual_loop(*setup, options.resume ? options.resume->clock
                                                                     : nanoseconds{0});
  ECHELON_TRY(const auto running,
              actors::open_run(setup, options, watching, *loop, [&loop] { loop->stop(); }));
  watching.follow(*running, *loop, setup->peers == nullptr);
  if (options.resume)
    watching.tell(
        run_resumed{options.resume->so_far.rounds, options.resume->state, options.resume->clock});
  return actors::run_to_end(*running, *loop);
}

bool coordinator_failed(const actors::run_summary& summary) {
  return summary.status == actors::run_status::failed && summary.reason &&
         (summary.reason->code == errc::interrupted || summary.reason->code == errc::cannot_write);
}

/// What a person finds who looks for something to resume from.
result<std::optional<actors::checkpoint>> left_behind(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file))
    return std::nullopt;
  ECHELON_TRY(auto found, actors::load_checkpoint(file));
  return found;
}

result<std::uint64_t> undisturbed_weights(const actors::training_setup_ptr& setup,
                                          const actors::run_options& options) {
  actors::run_options alone = options;
  alone.resume = std::nullopt;
  alone.checkpoint_file.clear();
  actors::run_observer nobody;
  ECHELON_TRY(const auto outcome, actors::run_training(setup, alone, nobody));
  return outcome.summary.weights_hash;
}

/// Nobody returns by --resume here; instead the run must come out the same once more.
result<verdict> try_peers(const actors::training_setup_ptr& setup, const trial_options& options) {
  const promises made{setup};
  eyes watching{options.invariants, made}, again{{}, made};
  ECHELON_TRY(const actors::run_outcome outcome, sit(setup, {}, watching));
  watching.tell(run_ended{outcome.summary, false, to_nanoseconds(seconds{outcome.summary.time_s}),
                          outcome.peers});
  verdict found;
  found.summary = outcome.summary;
  found.messages = watching.messages();
  found.broken = std::move(watching).broken();
  ECHELON_TRY(const actors::run_outcome twin, sit(setup, {}, again));
  if (twin.summary.trace_hash != outcome.summary.trace_hash ||
      twin.summary.weights_hash != outcome.summary.weights_hash)
    found.broken.push_back({"same again", "the same seed gives another trace, or other weights"});
  return found;
}

}  // namespace

result<verdict> try_scenario(const scenario& tried, const trial_options& options) {
  ECHELON_TRY(actors::training_setup_ptr setup, build(tried, options.policies));
  if (setup->peers)
    return try_peers(setup, options);
  const promises made{setup};
  eyes watching{options.invariants, made};
  actors::run_options how{.checkpoint_file = options.scratch / "checkpoint",
                          .scenario = tried.toml()};
  std::error_code ignored;
  std::filesystem::remove(how.checkpoint_file, ignored);
  const auto calm = without_coordinator_faults(*setup);
  verdict found;
  for (found.sittings = 1;; ++found.sittings) {
    ECHELON_TRY(const actors::run_outcome outcome,
                sit(found.sittings == 1 ? setup : calm, how, watching));
    found.summary = outcome.summary;
    const bool again = coordinator_failed(found.summary) && found.sittings < sittings_max;
    watching.tell(run_ended{found.summary, again, to_nanoseconds(seconds{found.summary.time_s})});
    if (!again)
      break;
    auto left = left_behind(how.checkpoint_file);
    if (!left) {
      watching.tell(run_ended{found.summary, false, nanoseconds{0}});
      found.broken.push_back({"durable", left.error().detail});
      break;
    }
    how.resume = *std::move(left);
    if (!how.resume)
      watching.tell(
          run_resumed{0, setup->gradients ? setup->model->initial_state(setup->init_seed) : block{},
                      nanoseconds{0}});
  }
  found.messages = watching.messages();
  std::ranges::move(std::move(watching).broken(), std::back_inserter(found.broken));
  // Without rounds, what was under way when the coordinator ended is lost.
  if (found.sittings > 1 && only_coordinator_fails(setup->faults) &&
      !setup->plan.root_code->updates() && found.summary.status == actors::run_status::done) {
    ECHELON_TRY(const std::uint64_t expected, undisturbed_weights(calm, how));
    if (expected != found.summary.weights_hash)
      found.broken.push_back(
          {"durable", "a resumed run ends with other weights than one in one go"});
  }
  return found;
}

}  // namespace echelon::experiments::chaos
