#include <boost/test/unit_test.hpp>

#include "algorithms/coding/attendance.hpp"
#include "algorithms/coding/plan_words.hpp"
#include "tests/support/codes.hpp"

namespace echelon::coding {
namespace {

constexpr std::array layer_names{"frc", "polynomial", "uncoded"};

struct wanted_plan {
  tree topology = tree::star(1);
  plan_choice choice;
};

/// A star with some code, or a tree with layers, of which a plan can be made.
std::optional<wanted_plan> drawn_plan(random_stream& random) {
  wanted_plan drawn;
  if (random.below(2) == 0) {
    const index workers = 2 + random.below(6);
    const auto& known = codes().entries();
    drawn.topology = tree::star(workers);
    drawn.choice = {.policy = std::string{known[slot(random.below(std::ssize(known)))].card.name},
                    .parts = workers,
                    .stragglers = random.below(2)};
  } else {
    drawn.topology = tree::from_edges(value{value_list{value{2}, value{3}, value{2}}}).value();
    const char* const layer = layer_names[slot(random.below(2))];
    drawn.choice = {.policy = "hierarchical",
                    .parts = 12,
                    .layers = {layer, layer},
                    .edge_stragglers = {random.below(2)},
                    .worker_stragglers = {random.below(2)}};
  }
  const auto plan = make_plan(drawn.topology, codes(), drawn.choice);
  if (!plan)
    return std::nullopt;
  drawn.choice.parts = plan->parts;
  return drawn;
}

/// In the tasks that all begin with.
bool covers_all_parts(const work_plan& plan) {
  std::vector<bool> covered(slot(plan.parts));
  for (const auto& row : plan.work)
    for (const coded_part& part : row)
      covered[slot(part.part)] = true;
  return std::ranges::all_of(covered, [](bool part) { return part; });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(attendance)

BOOST_AUTO_TEST_CASE(whoever_is_there_gets_a_plan_of_the_same_sum_and_the_others_no_work) {
  random_stream random{11, "attendance"};
  int planned = 0;
  for (int round = 0; round < 400; ++round) {
    const auto wanted = drawn_plan(random);
    if (!wanted)
      continue;
    const index workers = wanted->topology.workers();
    auto absent = sample_without_replacement(random, workers, random.below(workers));
    std::ranges::sort(absent);
    const auto make = [&wanted](const plan_choice& choice) {
      return make_plan(wanted->topology, codes(), choice);
    };
    BOOST_TEST_CONTEXT(wanted->choice.policy << " of " << workers << " without "
                                             << std::ssize(absent)) {
      const auto made = plan_for_those_present(make, wanted->choice, wanted->topology, absent);
      BOOST_REQUIRE(made);
      ++planned;
      BOOST_TEST(made->plan.parts == wanted->choice.parts);
      for (const index worker : absent)
        BOOST_TEST(made->plan.work[slot(worker)].empty());
      // Codes that hand out tasks as the round goes need not begin with all parts.
      if (covers_all_parts(*make(wanted->choice)))
        BOOST_TEST(covers_all_parts(made->plan));
    }
  }
  BOOST_TEST(planned > 200);
}

BOOST_AUTO_TEST_CASE(with_everybody_there_it_is_the_plan_that_was_wanted) {
  const tree star = tree::star(6);
  const plan_choice wanted{.policy = "fractional-repetition", .parts = 6, .stragglers = 2};
  const auto make = [&star](const plan_choice& choice) { return make_plan(star, codes(), choice); };
  const auto made = plan_for_those_present(make, wanted, star, {});
  BOOST_REQUIRE(made);
  BOOST_TEST(made->plan.id == make(wanted)->id);
  BOOST_TEST((made->choice == wanted));
}

BOOST_AUTO_TEST_CASE(tolerance_is_lowered_no_further_than_it_must) {
  const tree star = tree::star(6);
  const plan_choice wanted{.policy = "fractional-repetition", .parts = 6, .stragglers = 2};
  const auto make = [&star](const plan_choice& choice) { return make_plan(star, codes(), choice); };
  const std::vector<index> four_absent{1, 2, 3, 5};
  const auto made = plan_for_those_present(make, wanted, star, four_absent);
  BOOST_REQUIRE(made);
  BOOST_TEST(made->choice.stragglers == 1);
  BOOST_TEST(made->choice.policy == wanted.policy);
}

BOOST_AUTO_TEST_CASE(a_code_that_needs_another_number_of_workers_gives_way_to_one_that_does_not) {
  const tree star = tree::star(6);
  const plan_choice wanted{.policy = "cyclic", .parts = 6, .stragglers = 2};
  const auto make = [&star](const plan_choice& choice) { return make_plan(star, codes(), choice); };
  const auto made = plan_for_those_present(make, wanted, star, std::vector<index>{4});
  BOOST_REQUIRE(made);
  BOOST_TEST(made->choice.stragglers == 2);
  BOOST_TEST(made->choice.policy == "polynomial");
}

BOOST_AUTO_TEST_CASE(nobody_can_do_nothing) {
  const tree star = tree::star(2);
  const plan_choice wanted{.parts = 2};
  const auto make = [&star](const plan_choice& choice) { return make_plan(star, codes(), choice); };
  const auto made = plan_for_those_present(make, wanted, star, std::vector<index>{0, 1});
  BOOST_REQUIRE(!made);
  BOOST_TEST((made.error().code == errc::too_many_stragglers));
}

BOOST_AUTO_TEST_CASE(choices_come_back_from_words_and_damaged_words_do_not) {
  const tree topology = tree::from_edges(value{value_list{value{2}, value{3}}}).value();
  const plan_choice wanted{.policy = "hierarchical",
                           .parts = 6,
                           .layers = {"frc", "polynomial"},
                           .edge_stragglers = {1},
                           .worker_stragglers = {1, 0},
                           .idle_workers = {1, 4}};
  std::string words;
  append(words, wanted);
  word_reader whole{words};
  BOOST_TEST((read_choice(whole, topology, 6) == wanted));
  BOOST_TEST(whole.good());
  for (std::size_t length = 0; length + 1 < words.size(); ++length) {
    word_reader cut{std::string_view{words}.substr(0, length)};
    read_choice(cut, topology, 6);
    BOOST_TEST((!cut.good() || length + 2 >= words.size()));
  }
  word_reader few{words};
  read_choice(few, topology, 5);
  BOOST_TEST(!few.good());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::coding
