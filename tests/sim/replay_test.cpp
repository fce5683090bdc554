#include <filesystem>
#include <map>
#include <set>

#include <boost/test/unit_test.hpp>
#include <unistd.h>

#include "tests/support/sittings.hpp"

using namespace echelon;
using tests::small_options;
using tests::small_setup;
using tests::train;
using tests::train_in_two_sittings;

namespace {

/// A folder of this process that goes with the test.
struct scratch_folder {
  scratch_folder()
      : path(std::filesystem::temp_directory_path() /
             ("echelon-replay-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(path);
  }
  ~scratch_folder() { std::filesystem::remove_all(path); }
  std::filesystem::path path;
};

std::vector<small_options> varied_runs() {
  return {{.policy = "uncoded"},
          {.policy = "fractional-repetition", .stragglers = 2},
          {.policy = "cyclic", .stragglers = 1, .optimiser = "momentum"},
          {.policy = "ignore-stragglers", .stragglers = 2, .optimiser = "adam"},
          {.policy = "uncoded", .edges = value_list{2, value_list{1, 2}, 3}},
          {.policy = "fractional-repetition", .stragglers = 1, .edges = value_list{3, 3}}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(replay)

BOOST_AUTO_TEST_CASE(the_same_seed_gives_the_same_trace_and_weights_and_other_seeds_do_not) {
  for (small_options run : varied_runs()) {
    std::set<std::uint64_t> traces, weights;
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
      run.seed = seed;
      const auto once = train(small_setup(run)).outcome.summary;
      const auto again = train(small_setup(run)).outcome.summary;
      BOOST_TEST(*once.trace_hash == *again.trace_hash);
      BOOST_TEST(once.weights_hash == again.weights_hash);
      traces.insert(*once.trace_hash);
      weights.insert(once.weights_hash);
    }
    BOOST_TEST(traces.size() == 3U);
    BOOST_TEST(weights.size() == 3U);
  }
}

BOOST_AUTO_TEST_CASE(a_run_in_two_sittings_ends_with_the_hashes_of_one_in_one) {
  const scratch_folder scratch;
  for (const small_options& run : varied_runs()) {
    for (const bool seeded : {false, true}) {
      BOOST_TEST_CONTEXT(run.policy << (run.edges.list().empty() ? " star" : " tree")
                                    << (seeded ? " seeded" : " fifo")) {
        auto setup = small_setup(run);
        setup.seeded_interleaving = seeded;
        const auto whole = train(setup).outcome.summary;
        for (int looks = 0; looks < 7; ++looks) {
          const auto resumed = train_in_two_sittings(setup, looks, scratch.path / "checkpoint")
                                   .outcome.summary;
          BOOST_TEST(*resumed.trace_hash == *whole.trace_hash);
          BOOST_TEST(resumed.weights_hash == whole.weights_hash);
          BOOST_TEST(resumed.time_s == whole.time_s);
          BOOST_TEST(resumed.bytes_up == whole.bytes_up);
          BOOST_TEST(resumed.rounds == whole.rounds);
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(shared_media_and_bandwidth_survive_a_resume) {
  const scratch_folder scratch;
  auto setup = small_setup({.policy = "fractional-repetition", .stragglers = 2});
  setup.links.near_up = {.bandwidth_bps = 1e5, .latency_s = 0.5};
  setup.links.shared = {{role::coordinator, transmission::direction::up, 2e4}};
  const auto whole = train(setup).outcome.summary;

  for (int looks = 0; looks < 6; ++looks) {
    const auto resumed = train_in_two_sittings(setup, looks, scratch.path / "checkpoint")
                             .outcome.summary;
    BOOST_TEST(*resumed.trace_hash == *whole.trace_hash);
    BOOST_TEST(resumed.weights_hash == whole.weights_hash);
  }
}

BOOST_AUTO_TEST_CASE(interleavings_change_the_order_of_messages_but_not_the_weights) {
  auto setup = small_setup({.policy = "fractional-repetition", .stragglers = 2, .workers = 12});
  const auto fifo = train(setup).outcome.summary;
  std::set<std::uint64_t> traces;
  setup.seeded_interleaving = true;
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    setup.seed = seed;
    const auto drawn = train(setup).outcome.summary;
    BOOST_TEST(drawn.weights_hash == fifo.weights_hash);
    BOOST_TEST(drawn.time_s == fifo.time_s);
    traces.insert(*drawn.trace_hash);
  }
  BOOST_TEST(traces.size() > 1U);
}

BOOST_AUTO_TEST_CASE(the_local_world_ends_with_the_weights_of_the_simulated_one) {
  for (small_options run : varied_runs()) {
    if (run.policy == "cyclic" || run.policy == "ignore-stragglers")
      continue;  // their weights depend on who answered first
    run.delays = {};
    auto setup = small_setup(run);
    const auto simulated = train(setup).outcome.summary;
    const auto local = train(setup, {.world = actors::world_kind::local, .threads = 2})
                           .outcome.summary;
    BOOST_TEST(local.weights_hash == simulated.weights_hash);
    BOOST_TEST(local.rounds == simulated.rounds);
    BOOST_TEST(!local.trace_hash.has_value());
  }
}

BOOST_AUTO_TEST_CASE(a_checkpoint_that_was_touched_or_cut_is_refused) {
  const scratch_folder scratch;
  const auto file = scratch.path / "checkpoint";
  auto setup = small_setup({.optimiser = "momentum"});
  setup.checkpoint_every = 5;
  train(setup, {.checkpoint_file = file, .scenario = "s"});
  BOOST_REQUIRE(actors::load_checkpoint(file).has_value());

  const auto size = static_cast<echelon::index>(std::filesystem::file_size(file));
  random_stream random{1, "damage"};
  for (int round = 0; round < 200; ++round) {
    const auto damaged = scratch.path / "damaged";
    std::filesystem::copy_file(file, damaged, std::filesystem::copy_options::overwrite_existing);
    const echelon::index at = random.below(size);
    if (round % 2 == 0) {
      std::filesystem::resize_file(damaged, static_cast<std::uintmax_t>(at));
    } else {
      std::FILE* open = std::fopen(damaged.c_str(), "r+b");
      std::fseek(open, at, SEEK_SET);
      const int old = std::fgetc(open);
      std::fseek(open, at, SEEK_SET);
      std::fputc(old ^ (1 << random.below(8)), open);
      std::fclose(open);
    }
    const auto loaded = actors::load_checkpoint(damaged);
    BOOST_REQUIRE(!loaded.has_value());
    BOOST_TEST(loaded.error().detail.find("damaged") != std::string::npos);
  }
}

BOOST_AUTO_TEST_SUITE_END()
