#include <bit>

#include <boost/test/unit_test.hpp>

#include "algorithms/coding/dynamic/cluster_choice.hpp"
#include "algorithms/coding/dynamic/dynamic_clustering.hpp"
#include "tests/support/rounds.hpp"

namespace echelon::coding {

BOOST_AUTO_TEST_SUITE(clustering)

BOOST_AUTO_TEST_CASE(late_senders_are_spread) {
  const std::vector<double> lateness{1, 0, 1, 0};
  const std::vector<std::vector<index>> anywhere(4, {0, 1});
  const auto clusters = choose_clusters(lateness, anywhere, 2);
  BOOST_TEST(clusters[0] != clusters[2]);
  BOOST_TEST(clusters[1] != clusters[3]);
}

BOOST_AUTO_TEST_CASE(everybody_gets_an_admissible_place_whatever_the_preferences) {
  random_stream random{1, "tests.clustering"};
  for (int repetition = 0; repetition < 2000; ++repetition) {
    const index clusters = 1 + random.below(5);
    const index size = 1 + random.below(4);
    std::vector<std::vector<index>> admissible;
    std::vector<double> lateness;
    for (index sender = 0; sender < clusters * size; ++sender) {
      admissible.push_back({sender % clusters});
      if (random.bernoulli(0.6) && clusters > 1)
        admissible.back().push_back((sender + 1 + random.below(clusters - 1)) % clusters);
      lateness.push_back(random.uniform());
    }
    const auto placed = choose_clusters(lateness, admissible, clusters);
    for (index cluster = 0; cluster < clusters; ++cluster)
      BOOST_REQUIRE(std::ranges::count(placed, cluster) == size);
    for (std::size_t sender = 0; sender < placed.size(); ++sender)
      BOOST_REQUIRE(std::ranges::count(admissible[sender], placed[sender]) == 1);
  }
}

BOOST_AUTO_TEST_CASE(expected_stragglers_beyond_the_tolerance_are_survived_when_spread) {
  // Senders 0 and 3 begin in cluster 0 of three pairs: with both silent, only a new arrangement
  // survives.
  random_stream random{2, "tests.clustering"};
  const auto parts = random_parts(random, 6);
  const auto code = make_code_of<dynamic_clustering>({6, 6, 1}).value();
  std::vector<sender_script> scripts(6, {.part_s = 1});
  std::vector<sender_history> history(6, {.rounds = 5, .part_s = 1});
  for (const std::size_t late : {0u, 3u}) {
    scripts[late].part_s = never_s;
    history[late].slow_probability = 0.9;
  }
  BOOST_TEST(!(code_simulator{code, parts, scripts}.run().decodable));
  const auto round = code_simulator{code, parts, scripts, {.history = history}}.run();
  BOOST_TEST(round.decodable);
  BOOST_TEST(error_of(round, parts) < 1e-10);
}

BOOST_AUTO_TEST_CASE(any_s_silent_senders_are_survived) {
  random_stream random{3, "tests.clustering"};
  for (int repetition = 0; repetition < 300; ++repetition) {
    const index stragglers = random.below(3);
    const index senders = (1 + random.below(3)) * (stragglers + 1 + random.below(2));
    if (senders <= stragglers)
      continue;
    const auto parts = random_parts(random, senders + random.below(5));
    const auto code = make_code_of<dynamic_clustering>({senders, std::ssize(parts), stragglers});
    std::vector<sender_history> history;
    for (index sender = 0; sender < senders; ++sender)
      history.push_back({.rounds = 9, .part_s = 1, .slow_probability = random.uniform()});
    std::vector<sender_script> scripts(static_cast<std::size_t>(senders), {.part_s = 1});
    for (const index sender : sample_without_replacement(random, senders, stragglers))
      scripts[static_cast<std::size_t>(sender)].part_s = never_s;
    const auto round = code_simulator{*code, parts, scripts, {.history = history}}.run();
    BOOST_REQUIRE(round.decodable);
    BOOST_REQUIRE(error_of(round, parts) < 1e-8);
  }
}

BOOST_AUTO_TEST_CASE(clusters_that_do_not_fit_are_refused) {
  BOOST_TEST(make_code_of<dynamic_clustering>({6, 6, 1}, {{"clusters", value{4}}}).error().detail ==
             "coding.clusters: 4 clusters of 6 senders and 6 parts cannot survive 1 stragglers "
             "each; it must divide the senders and be at most 3");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::coding
