#include "experiments/embed/session_core.hpp"

#include <asio/execution.hpp>
#include <asio/prefer.hpp>

#include "actors/runtime/asio_loop.hpp"
#include "experiments/embed/open_sessions.hpp"
#include "experiments/run/build.hpp"

namespace echelon::embed {
namespace {

constexpr std::size_t unread_max = 1024;

open_sessions& sessions_on(const asio::any_io_executor& where) {
  return asio::use_service<open_sessions>(where.context());
}

error thrown(const std::string& what) {
  return {errc::not_supported, "what was plugged in threw: " + what};
}

result<void> check_world(const experiments::scenario& what) {
  const parameters& runtime = what.section("runtime");
  const std::string& world = runtime.text("world");
  if (world == "local" || world == "simulated")
    return {};
  return runtime.refuse("world",
                        "\"{}\" is not for sessions inside a program; it must be \"local\" or "
                        "\"simulated\"",
                        world);
}

}  // namespace

session_core::session_core(experiments::scenario what, experiments::policy_catalogues policies,
                           session_options options)
    : scenario_(std::move(what)), policies_(std::move(policies)), options_(std::move(options)),
      simulated_(scenario_.simulated()) {}

session_core::~session_core() { detach(); }

void session_core::attach(const asio::any_io_executor& where) {
  where_ = where;
  work_ = asio::prefer(where_, asio::execution::outstanding_work.tracked);
  signal_.emplace(where_, asio::steady_timer::time_point::max());
  sessions_on(where_).add(*this);
  pool_ = options_.pool
              ? options_.pool
              : std::shared_ptr{runtime::make_thread_pool(simulated_ ? 1 : options_.threads)};
  office_ = std::make_shared<runtime::pool_share>(pool_, [this](const std::string& what) {
    later([what](session_core& self) { self.broke(what); });
  });
  office_->run([this](int) {
    later([made = prepare()](session_core& self) mutable {
      self.prepared_ = std::move(made);
      self.notify();
    });
  });
}

result<prepared_run> session_core::prepare() const {
  ECHELON_CHECK(check_world(scenario_));
  prepared_run made;
  experiments::earlier_run before;
  if (options_.resume && !options_.record.empty()) {
    ECHELON_TRY(before, experiments::look_back(scenario_, options_.record));
  }
  if (before.finished)
    return fail(errc::bad_input, "{}: that run is finished already", options_.record.string());
  ECHELON_TRY(made.setup, experiments::build(scenario_, policies_));
  if (!options_.record.empty()) {
    ECHELON_TRY(made.record, experiments::open_record(scenario_, options_.record, before.from));
  }
  made.from = std::move(before.from);
  return made;
}

actors::run_options session_core::options_for(std::optional<actors::checkpoint> from) {
  actors::run_options how{.world = simulated_ ? actors::world_kind::simulated
                                              : actors::world_kind::local,
                          .pool = parts_,
                          .scenario = scenario_.toml(),
                          .resume = std::move(from)};
  if (record_)
    how.checkpoint_file = experiments::checkpoint_file(record_->path());
  if (simulated_)
    how.interrupted = [this] {
      if (halt_.cancelled())
        loop_->stop();
      return gently_.cancelled();
    };
  return how;
}

result<void> session_core::begin() {
  ECHELON_TRY(prepared_run made, *std::move(prepared_));
  setup_ = std::move(made.setup);
  record_ = std::move(made.record);
  const auto whole = simulated_ ? runtime::make_inline_pool() : pool_;
  parts_ = std::make_shared<runtime::pool_share>(whole, [this](const std::string& what) {
    if (simulated_)
      running_->give_up(thrown(what));
    else
      later([what](session_core& self) { self.broke(what); });
  });
  how_ = options_for(std::move(made.from));
  const nanoseconds start = how_.resume ? how_.resume->clock : nanoseconds{0};
  if (simulated_)
    loop_ = actors::make_virtual_loop(*setup_, start);
  else
    loop_ = std::make_unique<runtime::asio_loop>(where_, start);
  ECHELON_TRY(running_, actors::open_run(setup_, how_, *this, *loop_, [this] { ended(); }));
  // New actors are runnable once; a resumed run must not begin in their order.
  loop_->drain();
  weights_ = settled_ = running_->weights();
  now_ = phase::running;
  running_->start();
  if (simulated_)
    next_round();
  return {};
}

/// A task of the pool: as far as the next round's record.
void session_core::next_round() {
  office_->run([this](int) {
    if (!loop_->run() && !halt_.cancelled())
      running_->give_up(actors::standstill());
    later([](session_core& self) {
      if (self.now_ != phase::running)
        return;
      if (self.running_->over())
        self.stop();
      else
        self.next_round();
    });
  });
}

void session_core::on_round(const actors::round_record& round) {
  if (record_) {
    record_->on_round(round);
    if (record_->broken())
      later([](session_core& self) { self.interrupt(); });
  }
  // A round that failed may have left an update under way.
  if (round.worth.kind != actors::certificate::outcome::failed)
    settled_ = running_->weights();
  later([round, weights = settled_](session_core& self) mutable {
    self.told(std::move(round), std::move(weights));
  });
  if (simulated_)
    loop_->stop();
}

void session_core::told(actors::round_record round, block weights) {
  weights_ = std::move(weights);
  rounds_told_ = round.round;
  unread_.push_back(round);
  if (unread_.size() > unread_max)
    unread_.pop_front();
  notify();
  if (options_.on_round)
    options_.on_round(round);
}

void session_core::ended() {
  if (simulated_)
    loop_->stop();
  else
    later([](session_core& self) { self.stop(); });
}

void session_core::broke(const std::string& what) {
  if (running_)
    running_->give_up(thrown(what));
  else if (!prepared_)
    prepared_ = std::unexpected(thrown(what));
  if (running_)
    stop();
  notify();
}

std::optional<actors::round_record> session_core::take_round() {
  if (unread_.empty())
    return std::nullopt;
  std::optional<actors::round_record> oldest = std::move(unread_.front());
  unread_.pop_front();
  return oldest;
}

result<actors::run_outcome> session_core::end() const {
  if (end_)
    return *end_;
  return fail(errc::interrupted, "the session was closed after round {}", rounds_told_);
}

void session_core::interrupt() {
  gently_.cancel();
  if (now_ == phase::running && !simulated_)
    running_->interrupt();
}

void session_core::stop() {
  if (now_ > phase::running)
    return;
  now_ = phase::stopping;
  halt_.cancel();
  const auto idle = [this] {
    office_->drop([this] { later([](session_core& self) { self.tear_down(); }); });
  };
  if (parts_)
    parts_->drop(idle);
  else
    idle();
}

void session_core::tear_down() {
  if (now_ != phase::stopping)
    return;
  actors::run_outcome left;
  if (running_) {
    if (running_->over())
      end_ = running_->outcome();
    left = end_ ? **end_ : aborted();
  }
  const bool began = running_ != nullptr;
  running_.reset();
  loop_.reset();
  if (began && record_)
    write_record(left);
  else
    finish();
}

/// What is left of a run that was closed: it stands where its last round was settled.
actors::run_outcome session_core::aborted() {
  running_->give_up(error{errc::interrupted, "the session was closed"});
  actors::run_outcome left = running_->outcome();
  left.summary.status = actors::run_status::interrupted;
  left.state = settled_;
  left.summary.weights_hash = settled_.hash();
  return left;
}

void session_core::write_record(const actors::run_outcome& left) {
  now_ = phase::writing;
  writer_ = std::make_shared<runtime::pool_share>(pool_, [this](const std::string& what) {
    later([what](session_core& self) {
      self.end_ = std::unexpected(thrown(what));
      self.finish();
    });
  });
  writer_->run([this, left](int) {
    auto written = experiments::complete_record(scenario_, *setup_, left, *record_);
    later([written = std::move(written)](session_core& self) {
      if (!written)
        self.end_ = std::unexpected(written.error());
      self.finish();
    });
  });
}

void session_core::close_now() {
  halt_.cancel();
  for (const auto& share : {parts_, office_, writer_})
    if (share)
      share->close();
  running_.reset();
  loop_.reset();
  finish();
}

void session_core::finish() {
  now_ = phase::closed;
  how_ = {};
  parts_ = office_ = writer_ = nullptr;
  pool_ = options_.pool = nullptr;
  record_.reset();
  work_ = {};
  notify();
}

void session_core::detach() {
  close_now();
  if (!where_)
    return;
  signal_.reset();
  sessions_on(where_).remove(*this);
  where_ = {};
}

void session_core::notify() {
  if (signal_)
    signal_->cancel();
}

}  // namespace echelon::embed
