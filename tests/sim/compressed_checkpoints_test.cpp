#include <boost/test/unit_test.hpp>

#include "algorithms/base/random.hpp"
#include "tests/support/sittings.hpp"
#include "tests/support/small_compression.hpp"
#include "tests/support/temporary_folder.hpp"

namespace echelon {
namespace {

using actors::training_setup;
using tests::small_setup;
using tests::small_squeeze;
using tests::train;

/// A run that keeps memories of every kind.
struct remembering {
  std::string name;
  training_setup setup;
};

/// Exchanges of every edge with its children, and steps of every worker.
void exchange_every(training_setup& setup, index exchanges, index steps) {
  setup.changes = true;
  setup.levels.exchanges.assign(slot(setup.topology.edges()), exchanges);
  setup.levels.steps.assign(slot(setup.topology.workers()), steps);
}

std::vector<remembering> all_kinds() {
  std::vector<remembering> all;
  const auto add = [&all](const std::string& name, const tests::small_options& options,
                          const small_squeeze& squeeze, auto change) {
    all.push_back({name, small_setup(options)});
    change(all.back().setup);
    tests::squeeze_messages(all.back().setup, squeeze);
  };
  const auto nothing = [](training_setup&) {};
  const tests::small_options star{.workers = 4, .rounds = 8, .samples = 120};
  for (const char* feedback : {"none", "ef14", "ef21", "momentum"})
    add(feedback, star, {.feedback = feedback}, nothing);
  add("powersgd", star, {.compressor = "powersgd"}, nothing);
  add("thresholds", star, {.compressor = "threshold", .budget = 0.1}, nothing);
  add("dagc-a", star, {.compressor = "threshold", .ratios = "dagc-a", .budget = 0.1}, nothing);
  add("accordion", star, {.ratios = "accordion"}, nothing);
  auto late = star;
  late.policy = "ignore-stragglers";
  late.stragglers = 1;
  add("late ones", late, {}, nothing);
  auto tree = star;
  tree.edges = value_list{2, value_list{1, 2}};
  add("tree", tree, {}, nothing);
  add("levels", tree, {.ratios = "dagc-r"},
      [](training_setup& setup) { exchange_every(setup, 2, 2); });
  add("participants", tree, {}, [](training_setup& setup) {
    exchange_every(setup, 3, 1);
    setup.levels.participation = 0.5;
  });
  add("regrouped", tree, {}, [](training_setup& setup) {
    exchange_every(setup, 2, 1);
    setup.levels.exchanges[0] = 4;  // groups of their own pace
    setup.levels.shard = [](index part, index outer) { return (part + outer) % 5; };
  });
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(compressed_checkpoints)

BOOST_AUTO_TEST_CASE(a_run_in_two_sittings_ends_with_the_weights_of_one_in_one) {
  const tests::temporary_folder folder{"compressed-checkpoints"};
  for (const remembering& kind : all_kinds())
    BOOST_TEST_CONTEXT(kind.name) {
      const auto whole = train(kind.setup).outcome.summary;
      BOOST_REQUIRE((whole.status == actors::run_status::done));
      for (int looks = 0; looks < 9; ++looks) {
        const auto resumed = tests::train_in_two_sittings(kind.setup, looks,
                                                          folder.path() / "checkpoint")
                                 .outcome.summary;
        BOOST_TEST(resumed.weights_hash == whole.weights_hash);
        BOOST_TEST(*resumed.trace_hash == *whole.trace_hash);
        BOOST_TEST(resumed.payload_bits_up == whole.payload_bits_up);
      }
    }
}

/// What any of them remembers at a boundary.
std::vector<std::byte> remembered(const training_setup& made, index rounds,
                                  const std::filesystem::path& file) {
  auto setup = made;
  setup.checkpoint_every = rounds;
  train(setup, {.checkpoint_file = file, .scenario = "s"});
  return actors::load_checkpoint(file).value().senders;
}

BOOST_AUTO_TEST_CASE(what_senders_remember_is_read_back_as_it_was_written) {
  const tests::temporary_folder folder{"compressed-checkpoints"};
  for (const remembering& kind : all_kinds()) {
    const auto bytes = remembered(kind.setup, 4, folder.path() / "checkpoint");
    const auto book = actors::book_from_bytes(bytes, kind.setup);
    BOOST_REQUIRE(book);
    auto again = actors::to_bytes(*book, kind.setup);
    again.resize(bytes.size());  // filled up to a whole number
    BOOST_TEST((again == bytes));
  }
}

BOOST_AUTO_TEST_CASE(damaged_memories_are_refused_in_one_sentence_or_belong_to_this_run) {
  const tests::temporary_folder folder{"compressed-checkpoints"};
  random_stream random{5, "damage"};
  int refused = 0;
  for (const remembering& kind : all_kinds()) {
    const auto bytes = remembered(kind.setup, 4, folder.path() / "checkpoint");
    for (int round = 0; round < 150; ++round) {
      auto damaged = bytes;
      if (round % 3 == 0)
        damaged.resize(slot(random.below(std::ssize(bytes) - 4)));
      else if (round % 3 == 1)
        damaged.resize(bytes.size() + slot(4 + random.below(64)));
      else
        for (index change = 1 + random.below(4); change > 0; --change)
          damaged[slot(random.below(std::ssize(bytes)))] = static_cast<std::byte>(
              random.below(256));
      const auto book = actors::book_from_bytes(damaged, kind.setup);
      refused += !book;
      if (!book) {
        BOOST_TEST(book.error().detail == "what its senders remember is malformed");
        continue;
      }
      BOOST_TEST(round % 3 == 2);
      for (const auto& [who, slot_of] : book->senders) {
        BOOST_TEST((who.kind == role::worker || who.kind == role::edge));
        BOOST_TEST(slot_of.held_since.outer <= kind.setup.rounds);
      }
      for (const auto& [parent, budget] : book->budgets)
        BOOST_TEST(kind.setup.budgets.contains(parent));
    }
  }
  BOOST_TEST(refused > 800);
}

BOOST_AUTO_TEST_CASE(a_checkpoint_of_other_lengths_is_refused_in_one_sentence) {
  const tests::temporary_folder folder{"compressed-checkpoints"};
  const auto file = folder.path() / "checkpoint";
  auto setup = all_kinds()[2].setup;  // ef21 keeps a sum at the server
  setup.checkpoint_every = 4;
  train(setup, {.checkpoint_file = file, .scenario = "s"});
  auto found = actors::load_checkpoint(file).value();
  found.accumulated = block::freeze(block_builder{3, precision::single});
  actors::run_options options{.checkpoint_file = file, .scenario = "s", .resume = found};
  tests::recording watch;
  const auto shared = std::make_shared<const training_setup>(setup);
  const auto refused = actors::run_training(shared, options, watch);
  BOOST_REQUIRE(!refused);
  BOOST_TEST(refused.error().detail.find("do not have the shape") != std::string::npos);
  found = actors::load_checkpoint(file).value();
  found.senders.resize(found.senders.size() / 8 * 4);
  options.resume = found;
  const auto torn = actors::run_training(shared, options, watch);
  BOOST_REQUIRE(!torn);
  BOOST_TEST(torn.error().detail.find("malformed; remove it") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon
