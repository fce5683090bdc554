#include "actors/peers/peer_memory.hpp"
#include "tests/support/sittings.hpp"
#include "tests/support/small_peers.hpp"
#include "tests/support/temporary_folder.hpp"

// Runs of peers that are interrupted and go on.
namespace echelon::tests {
namespace {

using actors::run_options;
using actors::waiting_for;

std::vector<std::string> all_rules() {
  auto names = merging::mixing_rules().names();
  for (const auto& name : merging::merge_rules().names())
    names.push_back(name);
  return names;
}

small_peers wanted_of(const std::string& rule) {
  small_peers wanted{.policy = rule, .steps = 4};
  wanted.training.rounds = 6;
  return wanted;
}

/// A whole run and the checkpoint that it leaves behind its second round of three.
struct checkpointed {
  temporary_folder folder{"peer-checkpoints"};
  std::filesystem::path file = folder.path() / "checkpoint";
  actors::training_setup setup;
  finished_run whole;

  explicit checkpointed(const std::string& rule) : setup(peer_setup({.policy = rule})) {
    setup.checkpoint_every = 2;
    whole = train(setup, options());
  }
  run_options options() const { return {.checkpoint_file = file, .scenario = "the same"}; }
  actors::checkpoint kept() const { return actors::load_checkpoint(file).value(); }
  result<actors::run_outcome> resume(actors::checkpoint from) const {
    run_options again = options();
    again.resume = std::move(from);
    recording watch;
    return actors::run_training(std::make_shared<const actors::training_setup>(setup), again,
                                watch);
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(resumed_runs)

BOOST_AUTO_TEST_CASE(every_rule_goes_on_as_if_nothing_had_happened) {
  const temporary_folder scratch{"peer-sittings"};
  for (const auto& rule : all_rules())
    for (const int looks : {0, 2, 5, 9})
      BOOST_TEST_CONTEXT(rule << " after " << looks) {
        const auto setup = peer_setup(wanted_of(rule));
        const auto whole = train(setup).outcome.summary;
        const auto resumed = train_in_two_sittings(setup, looks, scratch.path() / "checkpoint");
        const auto& told = resumed.outcome.summary;
        BOOST_TEST((told.status == actors::run_status::done));
        BOOST_TEST(told.weights_hash == whole.weights_hash);
        BOOST_TEST(told.rounds == whole.rounds);
        BOOST_TEST(told.exact_rounds == whole.exact_rounds);
        if (rule != "cga")  // answers to a peer that is ahead count in the round they are sent in
          BOOST_TEST(told.payload_bits_up == whole.payload_bits_up);
        BOOST_TEST(*told.final_loss == *whole.final_loss);
      }
}

BOOST_AUTO_TEST_CASE(rounds_follow_each_other_and_so_does_their_time) {
  const checkpointed run{"dimat"};
  run_options options = run.options();
  options.resume = run.kept();
  BOOST_TEST(options.resume->so_far.rounds == 2);
  const auto resumed = train(run.setup, options);
  BOOST_REQUIRE(resumed.rounds.size() == 1u);
  BOOST_TEST(resumed.rounds[0].round == 3);
  const double boundary_s = run.whole.rounds[1].time_s;
  BOOST_TEST(resumed.rounds[0].time_s > boundary_s);
  for (const auto& answer : resumed.rounds[0].answer_s)
    BOOST_TEST(*answer > 0);
  BOOST_TEST(resumed.outcome.summary.bytes_up == run.whole.outcome.summary.bytes_up);
}

BOOST_AUTO_TEST_CASE(links_are_counted_once) {
  const checkpointed run{"sgp"};
  const auto resumed = run.resume(run.kept()).value();
  const auto& before = run.whole.outcome.summary.links;
  BOOST_REQUIRE(resumed.summary.links.size() == before.size());
  for (std::size_t i = 0; i < before.size(); ++i) {
    BOOST_TEST(resumed.summary.links[i].messages == before[i].messages);
    BOOST_TEST(resumed.summary.links[i].bytes == before[i].bytes);
  }
}

BOOST_AUTO_TEST_CASE(threads_end_where_the_simulation_does) {
  const temporary_folder scratch{"peer-sittings"};
  for (const std::string_view rule : {"sync", "gradient-tracking", "swarm-sgd"})
    BOOST_TEST_CONTEXT(rule) {
      const checkpointed run{std::string{rule}};
      run_options options{.world = actors::world_kind::local,
                          .threads = 2,
                          .checkpoint_file = run.file,
                          .scenario = "the same",
                          .resume = run.kept()};
      // Real time does not wait for a checkpoint's.
      options.resume->clock = nanoseconds{0};
      auto setup = run.setup;
      setup.delays = *transmission::delay_models().make("none", {}, "delays", {4, 0, 1});
      BOOST_TEST(train(setup, options).outcome.summary.weights_hash ==
                 run.whole.outcome.summary.weights_hash);
    }
}

BOOST_AUTO_TEST_CASE(another_scenarios_checkpoint_is_refused) {
  const checkpointed run{"average"};
  auto found = run.kept();
  found.scenario = "another";
  const auto refused = run.resume(found);
  BOOST_REQUIRE(!refused);
  BOOST_TEST(refused.error().detail.find("belongs to another scenario") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(memories_that_do_not_fit_are_refused_in_one_sentence) {
  const checkpointed run{"sgp"}, other{"gradient-tracking"};
  auto found = run.kept();
  found.peers = other.kept().peers;
  const auto refused = run.resume(found);
  BOOST_REQUIRE(!refused);
  BOOST_TEST(refused.error().detail.find("does not fit this scenario; remove it") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(damaged_memories_are_refused_or_fit) {
  const checkpointed run{"sgp"};
  const auto bytes = run.kept().peers;
  random_stream random{1, "tests.damage"};
  index refused = 0;
  for (int round = 0; round < 500; ++round) {
    auto damaged = bytes;
    if (round % 2 == 0)
      damaged.resize(slot(random.below(std::ssize(bytes) - 8)));
    else  // where lengths are
      std::memset(&damaged[slot(random.below(400))], static_cast<int>(random.below(256)), 8);
    refused += !actors::memories_from_bytes(damaged, run.setup);
  }
  BOOST_TEST(refused > 250);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::tests
