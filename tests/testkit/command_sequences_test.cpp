#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>
#include <rapidcheck/boost_test.h>
#include <rapidcheck/state.h>

#include <cmath>

#include "experiments/testkit/testkit.hpp"
#include "tests/testkit/command_model.hpp"

// Sequences of commands to a cluster on a virtual clock, run once each and held against a model
// that knows the commands alone.
namespace echelon::testkit {
namespace {

namespace chaos = experiments::chaos;

constexpr double part_s = 1, link_s = 0.13, grace_s = 2, slack_s = 1e-6;
constexpr tenths longest_gap = 150;  // beyond the peer timeout
constexpr index rounds_after = 8;

constexpr std::string_view common = R"(
[scenario]
evaluate_every = 1000
[runtime]
checkpoint_every = 1
precision = "double"
[cluster]
peer_timeout_s = 10
[data]
source = "glyphs"
samples = 60
[model]
kind = "softmax"
[delays]
model = "shifted-exponential"
worker = { compute_shift_s = 1, link_s = 0.13 }
)";

/// One thing that is done to the cluster, so long after the one before.
class command final : public rc::state::Command<command_model, history> {
public:
  command(woe what, bool begins, node_id whom, tenths gap)
      : what_(what), begins_(begins), whom_(whom), gap_(gap) {}

  void checkPreconditions(const command_model& before) const override {
    RC_PRE(before.allows(what_, begins_, whom_, gap_));
  }
  void apply(command_model& to) const override { to.carry_out(what_, begins_, whom_, gap_); }
  void show(std::ostream& out) const override {
    out << fmt::format("{:.1f} s later: {}", to_s(gap_), words_of(what_, begins_, whom_));
  }

private:
  woe what_;
  bool begins_;
  node_id whom_;
  tenths gap_;
};

using command_ptr = std::shared_ptr<const command::CommandType>;

/// What a sequence of up to a dozen commands makes of a cluster that then is healed.
command_model commanded(const stage& on) {
  const auto any = [](const command_model& now) {
    const auto make = [](woe what, bool begins, node_id whom, tenths gap) -> command_ptr {
      return std::make_shared<command>(what, begins, whom, gap);
    };
    return rc::gen::resize(rc::kNominalSize,
                           rc::gen::apply(make, rc::gen::elementOf(now.on().woes),
                                          rc::gen::arbitrary<bool>(),
                                          rc::gen::elementOf(now.on().nodes),
                                          rc::gen::inRange<tenths>(1, longest_gap)));
  };
  const auto given = *rc::gen::scale(0.12, rc::state::gen::commands(command_model{on}, any))
                          .as("commands");
  command_model made{on};
  rc::state::applyAll(given, made);
  made.settle(50);
  return made;
}

/// A run in which nothing goes wrong.
struct quiet_run {
  std::vector<block> weights;  ///< after each round
  double round_s = 0;
  index parts = 0;
};

virtual_cluster cluster_of(const stage& on, index rounds) {
  auto cluster = virtual_cluster::from_text(common).value();
  for (const auto& [key, what] : on.settings)
    cluster.set(key, what);
  return cluster.set("scenario.rounds", rounds);
}

quiet_run watch_quietly(const stage& on) {
  const auto seen = cluster_of(on, 150).run();
  BOOST_REQUIRE(seen.has_value());
  quiet_run found;
  for (const event& one : seen->events)
    if (const auto* ended = std::get_if<chaos::round_ended>(&one)) {
      found.weights.push_back(ended->weights);
      found.round_s = ended->record.round_s;
      found.parts = ended->record.parts.used;
    }
  return found;
}

/// Holds a history against the model, round by round. Objections are sentences; empty: none.
class referee {
public:
  referee(const command_model& model, const quiet_run& quiet) : model_(model), quiet_(quiet) {}

  std::string judge(const history& seen) {
    std::string objection;
    for (const event& one : seen.events)
      if (objection.empty())
        objection = std::visit(
            chaos::handlers{[this](const chaos::round_ended& what) { return judge(what); },
                            [this](const chaos::checkpoint_written& what) {
                              written_ = what.rounds;
                              return std::string{};
                            },
                            [this](const chaos::run_resumed& what) { return judge(what); },
                            [](const auto&) { return std::string{}; }},
            one);
    return objection;
  }

private:
  std::string judge(const chaos::run_resumed& what) {
    rounds_ = what.rounds;
    if (what.rounds == written_)
      return {};
    return fmt::format("{} rounds were written down, and the run is resumed after {}", written_,
                       what.rounds);
  }

  std::string judge(const chaos::round_ended& what) {
    until_s_ = to_seconds(what.now).count();
    from_s_ = until_s_ - what.record.round_s;
    ++rounds_;
    std::string objection = about_sum(what);
    for (const auto& law : {&referee::about_senders, &referee::about_time, &referee::about_liars})
      if (objection.empty())
        objection = (this->*law)(what.record);
    if (objection.empty())
      return {};
    return fmt::format("round {}, from {:.4g} to {:.4g} s: {}", what.record.round, from_s_,
                       until_s_, objection);
  }

  /// Whatever happens, each round is the one after the last, exact, and what it is undisturbed.
  std::string about_sum(const chaos::round_ended& what) const {
    if (what.record.round != rounds_)
      return fmt::format("it comes after round {}", rounds_ - 1);
    if (what.record.worth.kind != actors::certificate::outcome::exact)
      return "it is not exact";
    const auto expected = quiet_.weights.at(slot(rounds_ - 1)).as<double>();
    const auto found = what.weights.as<double>();
    for (std::size_t i = 0; i < expected.size(); ++i)
      if (!(std::abs(found[i] - expected[i]) <= 1e-9))
        return fmt::format("weight {} is {}, undisturbed it is {}", i, found[i], expected[i]);
    return {};
  }

  /// Nobody is counted twice, or has been dead or cut off when he would have had to work and speak.
  std::string about_senders(const actors::round_record& record) const {
    const std::set<node_id> senders{record.senders.begin(), record.senders.end()};
    if (senders.size() != record.senders.size())
      return "somebody is counted twice";
    const auto slow = model_.suffering_throughout(woe::slow, from_s_, until_s_);
    for (const node_id one : senders) {
      if (!model_.can_answer(one, from_s_, until_s_, part_s * (slow.contains(one) ? slowness : 1)))
        return fmt::format("{} is counted, who could not answer", to_string(one));
      if (std::ranges::find(record.worth.absent, one) != record.worth.absent.end())
        return fmt::format("{} is counted and absent", to_string(one));
    }
    return {};
  }

  /// A round ends in bounded time after things last changed; where nobody who was planned with is
  /// in trouble, in its own time.
  std::string about_time(const actors::round_record& record) const {
    const bool slow = !model_.suffering(woe::slow, from_s_, until_s_).empty();
    const double work_s = static_cast<double>(quiet_.parts) * part_s * (slow ? slowness : 1) +
                          8 * link_s + grace_s;
    const double changed_s = std::max(from_s_, model_.last_change_s(until_s_));
    if (until_s_ > changed_s + work_s + slack_s)
      return fmt::format("nothing has changed since {:.4g} s, and it ends {:.4g} s later",
                         changed_s, until_s_ - changed_s);
    const bool calm = model_.troubled(from_s_, until_s_).empty() &&
                      model_.left(from_s_, from_s_).empty();
    if (calm && std::abs(record.round_s - quiet_.round_s) > slack_s)
      return fmt::format("it takes {:.4g} s, undisturbed it takes {:.4g} s", record.round_s,
                         quiet_.round_s);
    return {};
  }

  /// Nobody honest is named or suspected; who lies all the time is named, and not counted.
  std::string about_liars(const actors::round_record& record) const {
    const auto& named = record.worth.liars;
    const auto may = model_.suffering(woe::lying, from_s_, until_s_);
    for (const node_id one : named)
      if (!may.contains(one))
        return fmt::format("{} is called a liar", to_string(one));
    if (!record.worth.suspects.empty())
      return fmt::format("{} is suspected", to_string(record.worth.suspects.front()));
    for (const node_id one : model_.suffering_throughout(woe::lying, from_s_, until_s_))
      if (std::ranges::find(named, one) == named.end())
        return fmt::format("{} lies, and is not named", to_string(one));
    return {};
  }

  const command_model& model_;
  const quiet_run& quiet_;
  index rounds_ = 0, written_ = 0;
  double from_s_ = 0, until_s_ = 0;
};

/// Draws commands, and enough rounds that several follow the last of them.
void keep_order(const stage& on, const quiet_run& quiet) {
  const command_model model = commanded(on);
  const auto rounds = static_cast<index>(to_s(model.now()) / quiet.round_s) + rounds_after;
  virtual_cluster cluster = cluster_of(on, rounds);
  model.befall(cluster);
  const auto seen = cluster.run();
  if (!seen)
    RC_FAIL(seen.error().detail);
  if (const std::string objection = referee{model, quiet}.judge(*seen); !objection.empty())
    RC_FAIL(objection);
  for (const broken_promise& one : seen->broken)
    RC_FAIL(one.invariant + ": " + one.how);
  if (const auto& why = seen->summary.reason)
    RC_FAIL(why->detail);
  RC_ASSERT(seen->summary.rounds == rounds);
}

std::vector<node_id> nodes(std::int32_t edges, std::int32_t workers) {
  std::vector<node_id> all;
  for (std::int32_t worker = 0; worker < workers; ++worker)
    all.push_back({role::worker, worker});
  for (std::int32_t edge = 0; edge < edges; ++edge)
    all.push_back({role::edge, edge});
  all.push_back(the_coordinator);
  return all;
}

const stage replicas{.settings = {{"topology.workers", 6},
                                  {"coding.policy", "fractional-repetition"},
                                  {"coding.stragglers", 1}},
                     .nodes = nodes(0, 6),
                     .woes = {woe::dead, woe::slow, woe::cut}};

const stage witnesses{.settings = {{"topology.workers", 6},
                                   {"coding.policy", "cyclic"},
                                   {"coding.stragglers", 3},
                                   {"coding.verify", true},
                                   {"coding.grace_s", grace_s}},
                      .nodes = nodes(0, 6),
                      .woes = {woe::dead, woe::slow, woe::cut, woe::lying},
                      .stay = 4,
                      .verifies = true};

const stage two_levels{.settings = {{"topology.edges", value_list{3, 3, 3}},
                                    {"coding.policy", "hierarchical"},
                                    {"coding.edge_stragglers", 1},
                                    {"coding.worker_stragglers", 1}},
                       .nodes = nodes(3, 9),
                       .woes = {woe::dead, woe::slow, woe::cut},
                       .per_edge = 3};

}  // namespace

BOOST_AUTO_TEST_SUITE(command_sequences)

RC_BOOST_PROP(a_star_of_replicas_keeps_order, ()) {
  static const quiet_run quiet = watch_quietly(replicas);
  keep_order(replicas, quiet);
}

RC_BOOST_PROP(a_star_that_verifies_keeps_order_and_names_who_lies, ()) {
  static const quiet_run quiet = watch_quietly(witnesses);
  keep_order(witnesses, quiet);
}

RC_BOOST_PROP(a_tree_keeps_order, ()) {
  static const quiet_run quiet = watch_quietly(two_levels);
  keep_order(two_levels, quiet);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::testkit
