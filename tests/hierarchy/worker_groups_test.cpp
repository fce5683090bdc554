#include <algorithm>

#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

#include "algorithms/hierarchy/grouping.hpp"
#include "algorithms/hierarchy/groupings/balanced_groups.hpp"
#include "algorithms/hierarchy/participation.hpp"
#include "tests/support/averaging_trees.hpp"

namespace echelon::hierarchy {
namespace {

const auto each = boost::test_tools::per_element();

grouping_ptr make(const std::string& name) { return read_grouping(value{name}).value(); }

/// Every policy that needs no lists.
std::vector<std::string> plain_names() {
  auto names = groupings().names();
  std::erase(names, "listed");
  return names;
}

shard_profiles random_profiles(random_stream& random, index shards, index labels) {
  shard_profiles made{matrix::Zero(shards, labels), random_weights(random, shards)};
  for (index shard = 0; shard < shards; ++shard) {
    made.mixes(shard, random.below(labels)) += 0.7;
    made.mixes(shard, random.below(labels)) += 0.3;
  }
  return made;
}

/// Workers with one label each, of the same size.
shard_profiles one_label_each(const std::vector<index>& labels, index kinds) {
  shard_profiles made{matrix::Zero(std::ssize(labels), kinds),
                      std::vector<double>(labels.size(), 1.0)};
  for (std::size_t shard = 0; shard < labels.size(); ++shard)
    made.mixes(static_cast<index>(shard), labels[shard]) = 1;
  return made;
}

seating seats(const std::string& name, const tree& shape, const shard_profiles& shards,
              std::uint64_t seed = 1) {
  return seats_of_round(*make(name), regrouping::never, shape, shards, seed, 0).value();
}

bool is_permutation(seating seats) {
  std::ranges::sort(seats);
  for (index place = 0; place < std::ssize(seats); ++place)
    if (seats[slot(place)] != place)
      return false;
  return true;
}

std::string refusal_of(const value& groups, const tree& shape) {
  const auto policy = read_grouping(groups);
  if (!policy)
    return policy.error().detail;
  const auto made = (*policy)->seat(shape, {}, {1, "tests.listed"});
  return made ? "" : made.error().detail;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(worker_groups)

RC_BOOST_PROP(every_policy_seats_every_shard_once_and_again_alike, (std::uint64_t seed)) {
  random_stream random{seed, "tests.seats"};
  const tree shape = tree_of(random_edges(random, 4));
  const auto shards = random_profiles(random, shape.workers(), 4);
  for (const auto& name : plain_names()) {
    const auto first = seats(name, shape, shards, seed);
    RC_ASSERT(is_permutation(first));
    RC_ASSERT(first == seats(name, shape, shards, seed));
    const auto policy = make(name);
    const auto later = seats_of_round(*policy, regrouping::never, shape, shards, seed, 7).value();
    RC_ASSERT(first == later);
    RC_ASSERT(policy->draws() ==
              seats_of_round(*policy, regrouping::every_global_round, shape, shards, seed, 7)
                  .has_value());
  }
}

RC_BOOST_PROP(no_swap_improves_groups_that_are_alike, (std::uint64_t seed)) {
  random_stream random{seed, "tests.swaps"};
  const tree shape = tree_of({3, 4, 2});
  const auto shards = random_profiles(random, 9, 5);
  auto dealt = seats("group-iid", shape, shards);
  const double found = mix_divergence(shape, shards, dealt, 1);
  for (std::size_t one = 0; one < dealt.size(); ++one)
    for (std::size_t other = 0; other < one; ++other) {
      std::swap(dealt[one], dealt[other]);
      RC_ASSERT(mix_divergence(shape, shards, dealt, 1) >= found * (1 - 1e-6) - 1e-12);
      std::swap(dealt[one], dealt[other]);
    }
}

BOOST_AUTO_TEST_CASE(groups_that_can_be_alike_become_alike) {
  // Shards in order of their labels: neighbours are as unlike the whole as can be.
  const auto halves = one_label_each({0, 0, 1, 1, 2, 2, 3, 3, 4, 4}, 5);
  const tree two = tree_of({5, 5});
  BOOST_TEST(mix_divergence(two, halves, seats("contiguous", two, halves), 1) > 0.1);
  BOOST_TEST(mix_divergence(two, halves, seats("group-iid", two, halves), 1) < 1e-15);
  const auto quarters = one_label_each({0, 0, 0, 0, 1, 1, 1, 1}, 2);
  const tree nested = tree_of({value_list{2, 2}, value_list{2, 2}});
  const auto dealt = seats("group-iid", nested, quarters);
  BOOST_TEST(mix_divergence(nested, quarters, dealt, 1) < 1e-15);
  BOOST_TEST(mix_divergence(nested, quarters, dealt, 2) < 1e-15);
}

BOOST_AUTO_TEST_CASE(groups_alike_are_the_best_of_all_in_most_small_problems) {
  random_stream random{5, "tests.best_groups"};
  const tree shape = tree_of({3, 3});
  int best = 0;
  double found_sum = 0, random_sum = 0;
  for (int trial = 0; trial < 60; ++trial) {
    const auto shards = random_profiles(random, 6, 4);
    const double found = mix_divergence(shape, shards, seats("group-iid", shape, shards), 1);
    seating any = seats("contiguous", shape, shards);
    double least = found;
    do
      least = std::min(least, mix_divergence(shape, shards, any, 1));
    while (std::ranges::next_permutation(any).found);
    best += found <= least + 1e-12 ? 1 : 0;
    found_sum += found;
    random_sum += mix_divergence(shape, shards, seats("random", shape, shards, slot(trial)), 1);
  }
  BOOST_TEST(best >= 40);
  BOOST_TEST(found_sum < 0.5 * random_sum);
}

BOOST_AUTO_TEST_CASE(dealing_alone_is_better_than_chance) {
  random_stream random{7, "tests.dealing"};
  const tree shape = tree_of({6, 6});
  const std::vector<index> sizes{6, 6};
  double dealt_sum = 0, random_sum = 0;
  for (int trial = 0; trial < 60; ++trial) {
    const auto shards = random_profiles(random, 12, 4);
    const auto any = seats("random", shape, shards, slot(trial));
    balanced_groups dealt{shards, any, sizes};
    dealt.deal();
    seating seats;
    for (const auto& group : dealt.groups())
      seats.insert(seats.end(), group.begin(), group.end());
    dealt_sum += mix_divergence(shape, shards, seats, 1);
    random_sum += mix_divergence(shape, shards, any, 1);
  }
  BOOST_TEST(dealt_sum < 0.6 * random_sum);
}

BOOST_AUTO_TEST_CASE(rounds_draw_new_groups_and_seeds_too) {
  random_stream random{6, "tests.regroup"};
  const tree shape = tree_of({10, 10});
  const auto shards = random_profiles(random, 20, 3);
  const auto policy = make("random");
  const auto at = [&](std::uint64_t seed, index round) {
    return seats_of_round(*policy, regrouping::every_global_round, shape, shards, seed, round)
        .value();
  };
  BOOST_TEST(at(1, 3) == at(1, 3), each);
  for (index round = 1; round < 6; ++round)
    BOOST_TEST((at(1, round) != at(1, round - 1)));
  BOOST_TEST((at(1, 3) != at(2, 3)));
  // Rounds that regroup begin with the groups of those that do not.
  BOOST_TEST(at(1, 0) == seats("random", shape, shards), each);
  BOOST_TEST((regrouping_of("every-global-round") == regrouping::every_global_round));
  BOOST_TEST(!regrouping_of("sometimes"));
}

BOOST_AUTO_TEST_CASE(lists_mirror_the_tree) {
  const auto lists = [](const tree& shape, value_list groups) {
    return read_grouping(value{std::move(groups)})
        .value()
        ->seat(shape, {}, {1, "tests.listed"})
        .value();
  };
  BOOST_TEST(lists(tree_of({2, 2}), {value_list{0, 3}, value_list{1, 2}}) == (seating{0, 3, 1, 2}),
             each);
  const value_list nested{value_list{value_list{2}, value_list{1, 0}}, value_list{3}};
  BOOST_TEST(lists(tree_of({value_list{1, 2}, 1}), nested) == (seating{2, 1, 0, 3}), each);
}

BOOST_AUTO_TEST_CASE(lists_that_do_not_fit_are_refused) {
  const tree shape = tree_of({2, 2});
  const auto lists = [](value_list first, value_list second) {
    return value{value_list{std::move(first), std::move(second)}};
  };
  BOOST_TEST(refusal_of(lists({0, 1}, {2, 3}), shape) == "");
  BOOST_TEST(refusal_of(lists({0, 1}, {2}), shape) ==
             "hierarchy.groups: [2] is not a list of 2 entries, as edge/1 has children");
  BOOST_TEST(refusal_of(lists({0, 4}, {2, 3}), shape) ==
             "hierarchy.groups: 4 is not a shard; it must be from 0 to 3");
  BOOST_TEST(refusal_of(lists({0, 1}, {1, 3}), shape) ==
             "hierarchy.groups: shard 1 is listed twice; each belongs to one worker");
  BOOST_TEST(refusal_of(value{3}, shape) ==
             "hierarchy.groups: 3 is neither a name nor lists of shards");
  BOOST_TEST(refusal_of(value{"randon"}, shape).find("did you mean \"random\"") !=
             std::string::npos);
  BOOST_TEST(!make("group-iid")->seat(shape, {}, {1, "tests.profiles"}));
}

BOOST_AUTO_TEST_CASE(children_take_part_in_turns_that_the_seed_fixes) {
  const node_id edge{role::edge, 0};
  BOOST_TEST(participants(1, edge, 0, 5, 1.0) == (std::vector<index>{0, 1, 2, 3, 4}), each);
  BOOST_TEST(participants(1, edge, 0, 3, 0.01).size() == 1);
  std::vector<double> times(10, 0.0);
  constexpr int rounds = 4000;
  for (index round = 0; round < rounds; ++round) {
    const auto chosen = participants(1, edge, round, 10, 0.3);
    BOOST_TEST(chosen.size() == 3);
    BOOST_TEST(std::ranges::is_sorted(chosen, std::less_equal{}));
    for (const index child : chosen)
      times[slot(child)] += 1.0 / rounds;
  }
  for (const double share : times)
    BOOST_TEST(std::abs(share - 0.3) < 0.03);  // four standard errors of 4000 draws
  BOOST_TEST(participants(1, edge, 9, 10, 0.3) == participants(1, edge, 9, 10, 0.3), each);
  const node_id root;
  int same = 0;
  for (index round = 0; round < 100; ++round)
    same += participants(1, edge, round, 10, 0.3) == participants(1, root, round, 10, 0.3) ? 1 : 0;
  BOOST_TEST(same < 10);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::hierarchy
