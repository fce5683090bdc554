#include <csignal>
#include <set>

#include <boost/test/unit_test.hpp>
#include <sys/resource.h>
#include <sys/wait.h>

#include "tests/support/small_training.hpp"
#include "tests/support/temporary_folder.hpp"

namespace echelon {
namespace {

using tests::small_options;
using tests::small_setup;
using tests::train;

actors::training_setup setup_of(index rounds, index checkpoint_every = 0) {
  auto setup = small_setup({.policy = "cyclic",
                            .stragglers = 1,
                            .optimiser = "momentum",
                            .rounds = rounds,
                            .samples = 60});
  setup.checkpoint_every = checkpoint_every;
  return setup;
}

/// The checkpoint that a run leaves after so many rounds.
actors::checkpoint checkpoint_after(index rounds, const std::filesystem::path& file) {
  train(setup_of(rounds + 1, rounds), {.checkpoint_file = file, .scenario = "s"});
  return *actors::load_checkpoint(file);
}

/// Writes in a process that the system ends within the byte that follows the first `bytes`.
void write_and_die(const std::filesystem::path& file, const actors::checkpoint& what,
                   std::uint64_t bytes) {
  const pid_t writer = ::fork();
  BOOST_REQUIRE(writer >= 0);
  if (writer == 0) {
    std::signal(SIGXFSZ, SIG_DFL);
    const rlimit limit{bytes, bytes}, no_core{0, 0};
    ::setrlimit(RLIMIT_CORE, &no_core);
    ::setrlimit(RLIMIT_FSIZE, &limit);
    ::_exit(actors::save_checkpoint(file, what) ? 0 : 1);
  }
  int status = 0;
  BOOST_REQUIRE(::waitpid(writer, &status, 0) == writer);
}

std::uint64_t final_weights(const actors::checkpoint& from) {
  return train(setup_of(6), {.scenario = "s", .resume = from}).outcome.summary.weights_hash;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(torn_checkpoints)

BOOST_AUTO_TEST_CASE(a_death_at_any_byte_leaves_the_old_checkpoint_or_the_new_one) {
  const tests::temporary_folder folder{"torn"};
  const auto file = folder.path() / "checkpoint";
  const actors::checkpoint later = checkpoint_after(4, file);
  const std::uint64_t size = std::filesystem::file_size(file);
  const actors::checkpoint earlier = checkpoint_after(2, file);
  const std::uint64_t whole = train(setup_of(6)).outcome.summary.weights_hash;
  BOOST_TEST(final_weights(earlier) == whole);
  BOOST_TEST(final_weights(later) == whole);

  std::set<std::uint64_t> ends;
  for (std::uint64_t near = 0; near < 64; ++near)
    ends.merge(std::set{near, size - near});
  for (std::uint64_t far = 64; far < size; far += 211)
    ends.insert(far);
  for (const std::uint64_t bytes : ends) {
    BOOST_REQUIRE(actors::save_checkpoint(file, earlier).has_value());
    write_and_die(file, later, bytes);
    const auto found = actors::load_checkpoint(file);
    BOOST_REQUIRE_MESSAGE(found.has_value(), "after " << bytes << " bytes nothing can be loaded");
    const bool is_new = bytes >= size;
    BOOST_TEST(found->so_far.rounds == (is_new ? 4 : 2));
    BOOST_TEST(found->state.hash() == (is_new ? later : earlier).state.hash());
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon
