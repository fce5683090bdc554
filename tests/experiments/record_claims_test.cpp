#include <array>
#include <optional>

#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>

#include "experiments/run/record_claim.hpp"
#include "experiments/run/record_folder.hpp"
#include "tests/support/temporary_folder.hpp"

// A record has one writer: whoever claimed it last, whatever earlier ones are in the middle of.

namespace echelon::experiments {
namespace {

namespace fs = std::filesystem;
using tests::write_file;

struct claimed_folder : tests::temporary_folder {
  claimed_folder() : temporary_folder("claims") {}
  fs::path record() const { return path() / "run"; }
  std::string text() const { return file_text(record() / "file").value_or(""); }

  record_claim take(std::uint64_t run) const {
    return record_claim::take(record(), {"host", run}).value();
  }
  record_claim take_over(std::uint64_t run, std::uint64_t from) const {
    return record_claim::take_over(record(), {"host", run}, from).value();
  }
};

/// On the desk, where it still is one.
void prepare(const record_claim& by, const std::string& text) {
  if (!by.lost())
    write_file(by.desk() / "file", text);
}

actors::round_record round_of(index round) {
  actors::round_record made;
  made.round = round;
  return made;
}

/// What a process that was killed leaves.
void leave_claim(const fs::path& record, const std::string& desk) {
  write_file(record / desk / "deed", "somebody\n");
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(record_claims, claimed_folder)

BOOST_AUTO_TEST_CASE(a_record_whose_writer_lives_is_not_taken) {
  const record_claim first = take(7);
  const auto second = record_claim::take(record(), {"host", 8});
  BOOST_REQUIRE(!second);
  BOOST_TEST(second.error().detail.find("host (epoch 1)") != std::string::npos);
  BOOST_TEST(!first.lost());
}

BOOST_AUTO_TEST_CASE(a_record_whose_writer_was_killed_is_taken_with_the_next_epoch) {
  leave_claim(record(), "writer.41.00000000000000ff");
  const auto before = record_claim::look(record());
  BOOST_REQUIRE(before.has_value());
  BOOST_TEST(before->writer.name == "somebody");
  BOOST_TEST(!before->lives);
  BOOST_TEST(take(1).epoch() == 42U);
}

BOOST_AUTO_TEST_CASE(who_gives_a_record_back_leaves_nothing) {
  { const record_claim first = take(7); }
  BOOST_TEST(!record_claim::look(record()).has_value());
  BOOST_TEST(fs::is_empty(record()));
}

BOOST_AUTO_TEST_CASE(a_writer_that_slept_through_a_take_over_changes_nothing) {
  const record_claim old = take(7);
  prepare(old, "early");
  BOOST_REQUIRE(old.hand_in("file").has_value());
  prepare(old, "late");

  const record_claim next = take_over(8, 7);
  const auto refused = old.hand_in("file");

  BOOST_REQUIRE(!refused);
  BOOST_TEST((refused.error().code == errc::interrupted));
  BOOST_TEST(refused.error().detail.find("host (epoch 2)") != std::string::npos);
  BOOST_TEST(text() == "early");
  BOOST_TEST(old.lost());
  BOOST_TEST(!next.lost());
}

BOOST_AUTO_TEST_CASE(a_record_is_taken_over_from_whoever_was_watched_only) {
  const record_claim first = take(7);
  const record_claim second = take_over(8, 7);
  const auto third = record_claim::take_over(record(), {"host", 9}, 7);
  BOOST_REQUIRE(!third);
  BOOST_TEST(third.error().detail.find("taken over by host (epoch 2)") != std::string::npos);
  BOOST_TEST(!second.lost());
}

/// Somebody may look, sleep, and come with an epoch that is long past.
BOOST_AUTO_TEST_CASE(a_claim_below_the_highest_takes_nothing) {
  const record_claim ours = take(7);
  leave_claim(record(), "writer.1.0000000000000001");
  prepare(ours, "ours");
  BOOST_TEST(ours.hand_in("file").has_value());
  BOOST_TEST(record_claim::look(record())->writer.run == 7U);
}

BOOST_AUTO_TEST_CASE(lines_of_a_writer_that_lost_its_record_are_not_in_it) {
  const record_claim first = take(7);
  auto old = record_folder::create(record(), "scenario", &first).value();
  old.on_round(round_of(1));
  old.on_round(round_of(2));

  const record_claim second = take_over(8, 7);
  auto now = record_folder::reopen(record(), 1, &second).value();
  old.on_round(round_of(3));
  now.on_round(round_of(2));

  const std::string lines = file_text(record() / "metrics.jsonl").value();
  BOOST_TEST(std::ranges::count(lines, '\n') == 2);
  BOOST_TEST(lines.find("\"round\":3") == std::string::npos);
  BOOST_TEST(!old.check_claim().has_value());
  BOOST_TEST(!old.write_summary("{}").has_value());
  BOOST_TEST(!fs::exists(summary_file(record())));
}

BOOST_AUTO_TEST_CASE(of_any_writers_in_any_order_only_the_last_to_claim_hands_in) {
  BOOST_TEST(rc::check([] {
    const claimed_folder folder;
    std::array<std::optional<record_claim>, 3> writers;
    constexpr int nobody = -1;
    int last = nobody;
    std::uint64_t runs = 0;
    std::string handed_in;
    const auto steps = *rc::gen::container<std::vector<std::pair<int, int>>>(
        rc::gen::pair(rc::gen::inRange(0, 3), rc::gen::inRange(0, 5)));
    for (const auto& [number, what] : steps) {
      std::optional<record_claim>& writer = writers[static_cast<std::size_t>(number)];
      const auto holder = record_claim::look(folder.record());
      if (what == 0 && !writer) {
        auto claimed = record_claim::take(folder.record(), {"host", ++runs});
        RC_ASSERT(claimed.has_value() == (last == nobody));
        if (claimed)
          last = number, writer.emplace(*std::move(claimed));
      } else if (what == 1 && !writer && holder) {
        writer.emplace(folder.take_over(++runs, holder->writer.run));
        last = number;
      } else if (what == 2 && writer) {
        prepare(*writer, std::to_string(number));
      } else if (what == 3 && writer) {
        const bool prepared = fs::exists(writer->desk() / "file");
        const bool done = writer->hand_in("file").has_value();
        RC_ASSERT(done == (prepared && last == number));
        if (done)
          handed_in = std::to_string(number);
      } else if (what == 4 && writer) {
        writer.reset();
        if (last == number)
          last = nobody;
      }
      RC_ASSERT(folder.text() == handed_in);
    }
  }));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::experiments
