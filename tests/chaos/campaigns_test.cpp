#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <boost/test/unit_test.hpp>

#include "tests/support/campaigns.hpp"
#include "tests/support/temporary_folder.hpp"

namespace echelon::experiments::chaos {
namespace {

campaign_result drawn(const std::filesystem::path& out, std::uint64_t first, std::uint64_t last) {
  return tests::kept({.first_seed = first, .last_seed = last, .out = out});
}

/// Breaks in every run that is long enough.
class no_third_round final : public invariant {
public:
  std::string_view name() const override { return "no third round"; }
  std::string observe(const event& what) override {
    const auto* ended = std::get_if<round_ended>(&what);
    return ended != nullptr && ended->record.round == 3 ? "there is a third round" : "";
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(campaigns)

BOOST_AUTO_TEST_CASE(three_hundred_drawn_scenarios_keep_every_promise) {
  const tests::temporary_folder folder{"chaos"};
  const campaign_result found = drawn(folder.path(), 1, 300);
  BOOST_TEST(found.cases == 300);
  // Most runs must end well, or little was tested; some must not.
  BOOST_TEST(found.finished > 200);
  BOOST_TEST(found.exact_rounds > 300);
  BOOST_TEST(found.resumed > 0);
  // All but those of streams.
  BOOST_TEST(found.faults.size() == faults::known_faults().entries().size() - 3);
}

BOOST_AUTO_TEST_CASE(cases_that_once_broke_a_promise_keep_it) {
  const tests::temporary_folder folder{"chaos"};
  const char* root = std::getenv("ECHELON_SOURCE");
  BOOST_REQUIRE_MESSAGE(root != nullptr, "ECHELON_SOURCE must be the root of the tree");
  const std::filesystem::path source{root};
  index cases = 0;
  for (const auto& file : std::filesystem::directory_iterator{source / "tests/chaos/cases"}) {
    const auto settings = read_scenario(file.path().string());
    BOOST_REQUIRE(settings.has_value());
    tests::kept(tests::case_of(*settings, folder.path() / file.path().stem()));
    ++cases;
  }
  BOOST_TEST(cases >= 7);
}

BOOST_AUTO_TEST_CASE(the_same_seeds_give_the_same_traces) {
  const tests::temporary_folder folder{"chaos"};
  const campaign_result once = drawn(folder.path(), 40, 60);
  const campaign_result again = drawn(folder.path(), 40, 60);
  BOOST_TEST(once.traces == again.traces);
  BOOST_TEST(once.messages == again.messages);
  BOOST_TEST(drawn(folder.path(), 61, 81).traces != once.traces);
}

BOOST_AUTO_TEST_CASE(faults_may_leave_out_what_has_a_default) {
  const tests::temporary_folder folder{"chaos"};
  const auto file = folder.path() / "case.toml";
  std::ofstream{file} << "data = { source = \"glyphs\", samples = 60 }\n"
                         "model = { kind = \"softmax\" }\n"
                         "scenario = { rounds = 1 }\n"
                         "[[faults]]\nnode = \"worker/1\"\n";
  const auto settings = read_scenario(file.string());
  BOOST_REQUIRE(settings.has_value());
  const auto found = tests::kept(tests::case_of(*settings, folder.path()));
  BOOST_TEST(found.faults.at("crash") == 1);
}

BOOST_AUTO_TEST_CASE(an_invariant_of_the_users_own_is_shrunk_to_what_breaks_it) {
  const tests::temporary_folder folder{"chaos"};
  const std::vector<invariant_maker> own{
      [](const promises&) { return std::make_unique<no_third_round>(); }};
  const policy_catalogues policies;
  std::optional<failed_case> failure;
  for (std::uint64_t seed = 1; !failure; ++seed) {
    const auto found = run_campaign(
        {.first_seed = seed, .last_seed = seed, .out = folder.path(), .invariants = own}, policies);
    BOOST_REQUIRE(found.has_value());
    if (!found->failures.empty())
      failure = found->failures.front();
  }
  // No fault is needed for a third round, and no more rounds than three.
  BOOST_TEST(failure->faults == 0);
  const auto smallest = read_scenario(failure->file.string());
  BOOST_REQUIRE(smallest.has_value());
  BOOST_TEST(smallest->table().at("scenario").table().at("rounds").integer() == 3);
  const auto replayed = run_campaign(tests::case_of(*smallest, folder.path() / "again", own),
                                     policies);
  BOOST_REQUIRE(replayed.has_value());
  BOOST_TEST(replayed->failures.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::experiments::chaos
