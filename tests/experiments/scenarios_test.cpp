#include "experiments/scenario/scenario.hpp"

#include <filesystem>

#include <boost/test/unit_test.hpp>

#include "algorithms/base/random.hpp"
#include "tests/support/scenario_texts.hpp"
#include "tests/support/temporary_folder.hpp"

namespace echelon::experiments {
namespace {

using tests::resolved;
using tests::schema;

scenario accepted(std::string_view text, const std::vector<std::string>& settings = {}) {
  auto made = resolved(text, settings);
  BOOST_REQUIRE_MESSAGE(made, (made ? "" : made.error().detail));
  return *std::move(made);
}

template <class T>
const T& any_of(const std::vector<T>& items, random_stream& random) {
  return items[static_cast<std::size_t>(random.below(std::ssize(items)))];
}

/// Some value a declared key accepts, or nothing where that cannot be told from the declaration.
std::optional<value> any_value(const parameter& declared, random_stream& random) {
  const auto between = [&](double least, double most) {
    const std::pair usual{std::max(declared.least, least), std::min(declared.most, most)};
    return usual.first <= usual.second ? usual : std::pair{declared.least, declared.most};
  };
  if (!declared.choices.empty())
    return value{any_of(declared.choices, random)};
  if (declared.kind == value_kind::flag)
    return value{random.bernoulli(0.5)};
  if (declared.kind == value_kind::integer) {
    const auto [least, most] = between(1, 50);
    return value{static_cast<std::int64_t>(least) +
                 random.below(static_cast<index>(most - least) + 1)};
  }
  if (declared.kind == value_kind::number) {
    const auto [least, most] = between(0.001, 2);
    return value{random.uniform(least, most)};
  }
  if (declared.required)
    return declared.kind == value_kind::list ? value{value_list{3, 2}} : value{"some/file"};
  return std::nullopt;
}

void forget(value& settings, std::string_view section, std::initializer_list<const char*> keys) {
  value_table& members = settings.table().find(section)->second.table();
  for (const char* key : keys)
    members.erase(key);
}

/// Peers have neither codes nor levels nor a server, and nobody else merges.
void separate_peers(value& settings) {
  const bool peers = settings.table()["topology"].table()["kind"] == value{"peers"};
  if (!peers) {
    settings.table().erase("merging");
    forget(settings, "topology", {"graph", "weights"});
    BOOST_REQUIRE(bool(apply_setting(settings, "optimizer.local_steps=2")));
    return;
  }
  for (const char* section : {"coding", "compression", "hierarchy", "aggregation", "transmission"})
    settings.table().erase(section);
  forget(settings, "optimizer", {"server", "local_steps", "correction", "proximal"});
  forget(settings, "merging", {"every"});
  for (const char* peace : {"topology.peers=4", "merging.mode=bounded"})
    BOOST_REQUIRE(bool(apply_setting(settings, peace)));
}

/// A policy and a few keys for every section, which do not contradict each other.
value any_scenario(random_stream random) {
  value settings;
  for (const section_schema& section : schema().sections) {
    if (section.repeated)
      continue;
    value_table table;
    std::vector<parameter> declared;
    for (const scenario_key& key : section.keys)
      if (key.declared.name != section.selector)
        declared.push_back(key.declared);
    if (!section.policies.empty()) {
      const policy_card& card = any_of(section.policies, random);
      table.emplace(section.selector, card.name);
      declared.insert(declared.end(), card.parameters.begin(), card.parameters.end());
    }
    for (const parameter& key : declared)
      if (key.required || random.bernoulli(0.5))
        if (auto chosen = any_value(key, random))
          table.emplace(key.name, *std::move(chosen));
    BOOST_REQUIRE(bool(set_value(settings, section.name, value{std::move(table)})));
  }
  separate_peers(settings);
  for (const char* peace : {"runtime.world=simulated", "runtime.gradients=real"})
    BOOST_REQUIRE(bool(apply_setting(settings, peace)));
  return settings;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(scenarios)

BOOST_AUTO_TEST_CASE(an_empty_one_takes_every_default) {
  const scenario made = accepted("");

  BOOST_TEST(made.section("scenario").integer("rounds") == 100);
  BOOST_TEST(made.policy("data").name == "glyphs");
  BOOST_TEST(made.policy("coding").name == "uncoded");
  BOOST_TEST(made.policy("delays").name == "none");
  BOOST_TEST(made.section("topology").integer("workers") == 10);
  BOOST_TEST(made.simulated());
}

BOOST_AUTO_TEST_CASE(the_seed_moves_those_that_are_not_set_alone) {
  const scenario made = accepted("[scenario]\nseed = 7\ninit_seed = 3");

  BOOST_TEST(made.seed() == 7U);
  BOOST_TEST(made.seed("init_seed") == 3U);
  BOOST_TEST(made.seed("data_seed") == 7U);
  BOOST_TEST(made.seed("delay_seed") == 7U);
  BOOST_TEST(made.section("data").integer("split_seed") == 0);
}

BOOST_AUTO_TEST_CASE(edges_make_a_tree) {
  BOOST_TEST(accepted("", {"topology.edges=[4,6,8]"}).section("topology").text("kind") == "tree");
}

BOOST_AUTO_TEST_CASE(the_default_rate_suits_the_optimiser) {
  BOOST_TEST(accepted("").section("optimizer").number("rate") == 0.1);
  BOOST_TEST(accepted("[optimizer]\nkind = \"adamw\"").section("optimizer").number("rate") ==
             0.001);
  BOOST_TEST(
      accepted("[optimizer]\nkind = \"adam\"\nrate = 1.0").section("optimizer").number("rate") ==
      1.0);
}

BOOST_AUTO_TEST_CASE(a_policy_can_be_given_by_name_alone) {
  const scenario made = accepted(
      "[optimizer]\nschedule = \"cosine\"\n[data]\npartition = \"shards\"");

  BOOST_TEST(made.policy("optimizer.schedule").name == "cosine");
  BOOST_TEST(made.policy("data.partition").name == "shards");
}

BOOST_AUTO_TEST_CASE(paths_become_absolute) {
  const scenario made = accepted("[data]\nsource = \"csv\"\npath = \"some/../table.csv\"");

  BOOST_TEST(made.section("data").text("path") ==
             (std::filesystem::current_path() / "table.csv").string());
}

BOOST_AUTO_TEST_CASE(the_file_names_a_scenario_without_a_name) {
  const tests::temporary_folder folder{"scenarios"};
  tests::write_file(folder.path() / "fast.toml", "[scenario]\nseed = 2\n");
  const std::string file = (folder.path() / "fast.toml").string();

  const auto made = load_scenario(file, schema(), {"scenario.seed=3"}, 4);

  BOOST_REQUIRE(made);
  BOOST_TEST(made->name() == "fast");
  BOOST_TEST(made->seed() == 4U);
}

BOOST_AUTO_TEST_CASE(numbers_survive_being_written) {
  const scenario made = accepted("[optimizer]\nrate = 0.1000000000000000055511151231257827");

  const scenario again = accepted(made.toml());

  BOOST_TEST(again.section("optimizer").number("rate") == made.section("optimizer").number("rate"),
             boost::test_tools::tolerance(0.0));
}

BOOST_AUTO_TEST_CASE(what_is_written_back_resolves_to_itself) {
  for (std::uint64_t seed = 0; seed < 200; ++seed)
    BOOST_TEST_CONTEXT("seed " << seed) {
      const auto made = scenario::resolve(any_scenario({seed, "scenario"}), schema());
      BOOST_REQUIRE_MESSAGE(made, (made ? "" : made.error().detail));

      const auto again = resolved(made->toml());

      BOOST_REQUIRE_MESSAGE(again, (again ? "" : again.error().detail));
      BOOST_TEST(again->toml() == made->toml());
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::experiments
