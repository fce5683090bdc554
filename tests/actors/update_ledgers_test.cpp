#include "actors/update_ledger.hpp"

#include <boost/test/unit_test.hpp>

#include "algorithms/base/random.hpp"

namespace echelon::actors {
namespace {

const auto each = boost::test_tools::per_element();

}  // namespace

BOOST_AUTO_TEST_SUITE(update_ledgers)

BOOST_AUTO_TEST_CASE(staleness_counts_the_updates_since_the_worker_began) {
  update_ledger ledger{3, {}};
  BOOST_TEST(ledger.begin_those_who_may() == (std::vector<index>{0, 1, 2}), each);
  BOOST_TEST(ledger.answered(1, 1).value() == 0);
  ledger.applied();
  BOOST_TEST(ledger.begin_those_who_may() == (std::vector<index>{1}), each);
  BOOST_TEST(ledger.answered(0, 1).value() == 1);
  ledger.applied();
  BOOST_TEST(ledger.answered(2, 1).value() == 2);
  BOOST_TEST(ledger.version() == 3);
}

BOOST_AUTO_TEST_CASE(what_was_not_asked_for_is_not_taken) {
  update_ledger ledger{2, {}};
  BOOST_TEST(!ledger.answered(0, 1).has_value());
  ledger.begin_those_who_may();
  BOOST_TEST(!ledger.answered(0, 2).has_value());
  BOOST_TEST(!ledger.answered(-1, 1).has_value());
  BOOST_TEST(!ledger.answered(2, 1).has_value());
  BOOST_TEST(ledger.answered(0, 1).has_value());
  BOOST_TEST(!ledger.answered(0, 1).has_value());
}

BOOST_AUTO_TEST_CASE(nobody_gets_further_ahead_than_the_rule_allows_and_somebody_always_works) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    random_stream random{seed, "ledger"};
    const index workers = 2 + random.below(6);
    const index lead = random.below(4);
    update_ledger ledger{workers, {.lead_max = lead}};
    std::vector<index> answers(static_cast<std::size_t>(workers), 0);
    std::vector<std::pair<index, index>> working;  // worker, version
    std::vector<bool> lost(static_cast<std::size_t>(workers));
    for (int step = 0; step < 200; ++step) {
      for (const index worker : ledger.begin_those_who_may())
        working.emplace_back(worker, ledger.version());
      BOOST_REQUIRE(!working.empty());
      const auto chosen = random.below(std::ssize(working));
      const auto [worker, version] = working[static_cast<std::size_t>(chosen)];
      working.erase(working.begin() + chosen);
      if (step == 100 && workers > 2) {
        ledger.lost(worker);
        lost[static_cast<std::size_t>(worker)] = true;
        continue;
      }
      BOOST_REQUIRE(ledger.answered(worker, version).has_value());
      ledger.applied();
      ++answers[static_cast<std::size_t>(worker)];
      index fewest = answers[static_cast<std::size_t>(worker)];
      for (std::size_t other = 0; other < answers.size(); ++other)
        if (!lost[other])
          fewest = std::min(fewest, answers[other]);
      BOOST_REQUIRE(answers[static_cast<std::size_t>(worker)] - fewest <= lead + 1);
    }
  }
}

BOOST_AUTO_TEST_CASE(damping_makes_old_answers_count_less) {
  const update_ledger ledger{1, {.lead_max = std::nullopt, .damping = 0.5}};
  BOOST_TEST(ledger.weight(0) == 1);
  BOOST_TEST(ledger.weight(2) == 0.5);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::actors
