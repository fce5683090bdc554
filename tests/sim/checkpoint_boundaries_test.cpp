#include <csignal>
#include <fstream>
#include <iterator>

#include <boost/test/unit_test.hpp>
#include <sys/resource.h>
#include <sys/wait.h>

#include "actors/checkpoint.hpp"
#include "tests/support/model_disk.hpp"
#include "tests/support/small_training.hpp"
#include "tests/support/temporary_folder.hpp"

// What is left of a checkpoint when the process, the power or the disk goes while it is written.
namespace echelon::tests {
namespace {

namespace fs = std::filesystem;
using file_bytes = std::vector<std::byte>;

file_bytes bytes_of(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  const auto view = std::as_bytes(std::span{text});
  return {view.begin(), view.end()};
}

void put(const fs::path& file, const file_bytes& bytes) {
  std::ofstream{file, std::ios::binary}.write(reinterpret_cast<const char*>(bytes.data()),
                                              std::ssize(bytes));
}

/// A short run and its checkpoints after four and after eight rounds.
struct two_checkpoints {
  two_checkpoints() {
    setup.checkpoint_every = 4;
    finished = train(setup, options()).outcome.summary;
    older = at(4);
    newer = at(8);
    older_bytes = saved(older);
    newer_bytes = saved(newer);
  }

  actors::run_options options() const { return {.checkpoint_file = file, .scenario = "the same"}; }
  actors::checkpoint at(index rounds) {
    auto shorter = setup;
    shorter.rounds = rounds + 1;
    train(shorter, options());
    const auto read = actors::load_checkpoint(file);
    BOOST_REQUIRE(read.has_value());
    BOOST_REQUIRE_EQUAL(read->so_far.rounds, rounds);
    return *read;
  }
  file_bytes saved(const actors::checkpoint& what) const {
    BOOST_REQUIRE(actors::save_checkpoint(file, what).has_value());
    return bytes_of(file);
  }
  /// The older one lies there.
  model_disk disk() const {
    model_disk made{997};
    made.keep("checkpoint", older_bytes);
    return made;
  }
  result<void> save_newer(learning::disk& on) const {
    return actors::save_checkpoint("checkpoint", newer, on);
  }
  std::size_t calls_of_a_save() const {
    model_disk counted = disk();
    BOOST_REQUIRE(save_newer(counted).has_value());
    return counted.calls();
  }
  /// That it is one of the two, whole: the newer one where the write was acknowledged.
  void check(const file_bytes& left, bool acknowledged) {
    BOOST_TEST((left == newer_bytes || (!acknowledged && left == older_bytes)));
    put(file, left);
    BOOST_TEST(actors::load_checkpoint(file).has_value());
  }

  temporary_folder folder{"checkpoint_boundaries"};
  fs::path file = folder.path() / "checkpoint";
  actors::training_setup setup = small_setup({.optimiser = "momentum"});
  actors::run_summary finished;
  actors::checkpoint older, newer;
  file_bytes older_bytes, newer_bytes;
};

/// The machine's disk, until the process is killed before a call.
class deadly_disk final : public learning::disk {
public:
  explicit deadly_disk(std::size_t calls) : left_(calls) {}

  result<std::unique_ptr<learning::written_file>> create(const fs::path& file) override {
    step();
    ECHELON_TRY(auto made, learning::system_disk().create(file));
    return std::make_unique<deadly_file>(*this, std::move(made));
  }
  result<void> rename(const fs::path& from, const fs::path& to) override {
    step();
    return learning::system_disk().rename(from, to);
  }
  result<void> sync_folder(const fs::path& which) override {
    step();
    return learning::system_disk().sync_folder(which);
  }
  void remove(const fs::path& file) override { learning::system_disk().remove(file); }

private:
  class deadly_file final : public learning::written_file {
  public:
    deadly_file(deadly_disk& on, std::unique_ptr<learning::written_file> real)
        : on_(on), real_(std::move(real)) {}
    result<std::size_t> write_some(std::span<const std::byte> bytes) override {
      on_.step();
      return real_->write_some(bytes.first(std::min<std::size_t>(bytes.size(), 997)));
    }
    result<void> sync() override {
      on_.step();
      return real_->sync();
    }

  private:
    deadly_disk& on_;
    std::unique_ptr<learning::written_file> real_;
  };

  void step() {
    if (left_-- == 0)
      ::raise(SIGKILL);
  }

  std::size_t left_;
};

/// What `act` answers in a process of its own; nothing where it was killed.
template <class Act>
std::optional<bool> in_a_child(Act act) {
  const pid_t child = ::fork();
  if (child == 0)
    ::_exit(act() ? 0 : 1);
  int status = 0;
  BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
  return WIFEXITED(status) ? std::optional{WEXITSTATUS(status) == 0} : std::nullopt;
}

BOOST_FIXTURE_TEST_SUITE(checkpoint_boundaries, two_checkpoints)

BOOST_AUTO_TEST_CASE(a_power_cut_before_any_call_leaves_one_whole_checkpoint) {
  const std::size_t calls = calls_of_a_save();
  BOOST_TEST(calls > 20U);
  for (std::size_t cut = 0; cut <= calls; ++cut) {
    model_disk on = disk();
    on.cut_before(cut);
    const bool acknowledged = save_newer(on).has_value();
    BOOST_TEST(acknowledged == (cut == calls));
    for (const folder_left& left : on.survivors())
      check(left.at("checkpoint"), acknowledged);
  }
}

BOOST_AUTO_TEST_CASE(the_first_checkpoint_is_there_whole_or_not_at_all) {
  const std::size_t calls = calls_of_a_save();
  for (std::size_t cut = 0; cut <= calls; ++cut) {
    model_disk on{997};
    on.cut_before(cut);
    const bool acknowledged = save_newer(on).has_value();
    for (const folder_left& left : on.survivors()) {
      const auto found = left.find("checkpoint");
      BOOST_TEST((found != left.end() || !acknowledged));
      if (found != left.end())
        BOOST_TEST((found->second == newer_bytes));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_disk_that_is_full_at_any_call_keeps_the_older_one_and_nothing_else) {
  const std::size_t calls = calls_of_a_save();
  for (std::size_t call = 0; call < calls - 1; ++call) {
    model_disk on = disk();
    on.refuse(call, 1);
    const auto refused = save_newer(on);
    BOOST_REQUIRE(!refused.has_value());
    BOOST_TEST((refused.error().code == errc::cannot_write));
    BOOST_TEST(refused.error().detail == "checkpoint: cannot be written (No space left on device)");
    BOOST_TEST(!on.holds("checkpoint.partial"));
    for (const folder_left& left : on.survivors())
      BOOST_TEST((left.at("checkpoint") == older_bytes));
    BOOST_TEST(save_newer(on).has_value());  // once there is room again
  }
}

BOOST_AUTO_TEST_CASE(what_a_cut_leaves_beside_it_does_not_disturb_the_next_save) {
  put(folder.path() / "checkpoint.partial", file_bytes(100'000, std::byte{7}));
  BOOST_TEST((saved(newer) == newer_bytes));
  BOOST_TEST(!fs::exists(folder.path() / "checkpoint.partial"));
}

BOOST_AUTO_TEST_CASE(a_process_killed_before_any_call_leaves_one_whole_checkpoint) {
  const std::size_t calls = calls_of_a_save();
  for (std::size_t call = 0; call <= calls; ++call) {
    put(file, older_bytes);
    const auto ended = in_a_child([&] {
      deadly_disk on{call};
      return actors::save_checkpoint(file, newer, on).has_value();
    });
    BOOST_TEST(ended.has_value() == (call == calls));
    check(bytes_of(file), ended.has_value());
  }
}

BOOST_AUTO_TEST_CASE(a_real_file_that_cannot_grow_is_refused_and_removed) {
  put(file, older_bytes);
  for (const rlim_t most : {rlim_t{0}, rlim_t{1}, rlim_t{newer_bytes.size() - 1}}) {
    const auto saved_it = in_a_child([&] {
      std::signal(SIGXFSZ, SIG_IGN);
      const rlimit limit{most, most};
      return ::setrlimit(RLIMIT_FSIZE, &limit) != 0 ||
             actors::save_checkpoint(file, newer).has_value();
    });
    BOOST_TEST((saved_it == false));
    BOOST_TEST((bytes_of(file) == older_bytes));
    BOOST_TEST(!fs::exists(folder.path() / "checkpoint.partial"));
  }
}

BOOST_AUTO_TEST_CASE(from_either_the_run_goes_on_to_the_same_weights) {
  for (const actors::checkpoint* from : {&older, &newer}) {
    auto going_on = options();
    going_on.resume = *from;
    const auto ended = train(setup, going_on).outcome.summary;
    BOOST_TEST(ended.weights_hash == finished.weights_hash);
    BOOST_TEST(ended.rounds == finished.rounds);
  }
}

BOOST_AUTO_TEST_CASE(one_of_another_version_is_refused_in_a_sentence_that_says_which) {
  auto stored = *learning::read_safetensors(file);
  const auto refusal_of = [&](const std::string& format) {
    stored.metadata["format"] = format;
    BOOST_REQUIRE(learning::write_safetensors(file, {}, stored.metadata).has_value());
    return actors::load_checkpoint(file).error().detail;
  };
  const std::string start = file.string() + ": is not a checkpoint this version can use: ";
  const std::string end = "; remove it to start from round 1";
  BOOST_TEST(refusal_of("echelon-checkpoint-2") ==
             start + "it is echelon-checkpoint-2, of an older version, and read is 3" + end);
  BOOST_TEST(refusal_of("echelon-checkpoint-9") ==
             start + "it is echelon-checkpoint-9, of a newer version, and read is 3" + end);
  BOOST_TEST(refusal_of("a model") ==
             start + "it does not say that it is an echelon-checkpoint-N" + end);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace echelon::tests
