#include <boost/test/unit_test.hpp>

#include "algorithms/coding/work_plan.hpp"
#include "tests/support/codes.hpp"

namespace echelon::coding {
namespace {

tree two_layers(const std::vector<std::int64_t>& workers) {
  return tree::from_edges(value_list(workers.begin(), workers.end())).value();
}

tree three_layers() {
  return tree::from_edges(value_list{value_list{3, 2}, value_list{2, 4}, value_list{3, 3}}).value();
}

result<work_plan> plan(const tree& topology, plan_choice choice) {
  choice.policy = "hierarchical";
  return make_plan(topology, codes(), choice);
}

std::string refusal(const tree& topology, const plan_choice& choice) {
  const auto made = plan(topology, choice);
  BOOST_REQUIRE(!made);
  return made.error().detail;
}

index copies(const work_plan& made, index part) {
  index found = 0;
  for (const auto& row : made.work)
    found += std::ranges::count(row, part, &coded_part::part);
  return found;
}

index load(const work_plan& made) {
  index most = 0;
  for (const auto& row : made.work)
    most = std::max(most, std::ssize(row));
  return most;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hierarchical_plans)

BOOST_AUTO_TEST_CASE(a_worker_multiplies_the_coefficients_of_both_layers) {
  const tree topology = two_layers({2, 3, 5});
  const auto made = plan(topology, {.parts = 5,
                                    .layers = {"polynomial", "polynomial"},
                                    .edge_stragglers = {1},
                                    .worker_stragglers = {1}})
                        .value();
  for (std::int32_t edge = 0; edge < 3; ++edge) {
    const auto& code = *made.edge_codes[static_cast<std::size_t>(edge)];
    const auto& held = made.edge_parts[static_cast<std::size_t>(edge)];
    BOOST_TEST((held == std::vector<coded_part>(made.root_code->work(edge).begin(),
                                                made.root_code->work(edge).end())));
    const auto children = topology.children({role::edge, edge});
    for (std::size_t child = 0; child < children.size(); ++child) {
      const auto row = code.work(static_cast<index>(child));
      const auto& work = made.work[static_cast<std::size_t>(children[child].number)];
      BOOST_REQUIRE(work.size() == row.size());
      for (std::size_t i = 0; i < row.size(); ++i) {
        const coded_part& above = held[static_cast<std::size_t>(row[i].part)];
        BOOST_TEST(work[i].part == above.part);
        BOOST_TEST(work[i].coefficient == row[i].coefficient * above.coefficient);
      }
    }
  }
  BOOST_TEST(load(made) == 2);
  BOOST_TEST(made.layers == (std::vector<std::string>{"polynomial", "polynomial"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(groups_of_replicas_are_the_default_where_they_cost_no_load) {
  const auto made = plan(two_layers({10, 10, 10, 10}),
                         {.edge_stragglers = {1}, .worker_stragglers = {1}})
                        .value();
  BOOST_TEST(made.layers == (std::vector<std::string>{"frc", "frc"}),
             boost::test_tools::per_element());
  BOOST_TEST(made.parts == 40);
  BOOST_TEST(load(made) == 4);
  for (const auto& row : made.work)
    for (const coded_part& entry : row)
      BOOST_TEST(entry.coefficient == 1.0);
}

BOOST_AUTO_TEST_CASE(polynomials_are_the_default_where_groups_would_load_more) {
  const auto made = plan(two_layers({5, 5, 5}), {.edge_stragglers = {1}, .worker_stragglers = {2}})
                        .value();
  BOOST_TEST(made.layers == (std::vector<std::string>{"polynomial", "polynomial"}),
             boost::test_tools::per_element());
  const auto sums = plan(two_layers({5, 5, 5}), {.worker_stragglers = {1}}).value();
  BOOST_TEST(sums.layers.front() == "uncoded");
}

BOOST_AUTO_TEST_CASE(the_default_number_of_parts_makes_loads_whole) {
  BOOST_TEST(
      plan(two_layers({2, 3, 5}), {.edge_stragglers = {1}, .worker_stragglers = {1}})->parts == 10);
  // Tolerances of their own: the capacities are 2 and 4, so that 24 parts give everybody 4.
  const auto own = plan(two_layers({4, 4}), {.worker_stragglers = {1, 0}}).value();
  BOOST_TEST(own.parts == 24);
  BOOST_TEST(load(own) == 4);
}

BOOST_AUTO_TEST_CASE(three_layers_hold_every_part_as_often_as_their_tolerances_say) {
  const auto made = plan(three_layers(), {.edge_stragglers = {1, 0}, .worker_stragglers = {1}})
                        .value();
  BOOST_TEST(made.layers.size() == 3u);
  for (index part = 0; part < made.parts; ++part)
    BOOST_TEST(copies(made, part) == 4);
  const auto deeper = plan(three_layers(), {.layers = {"polynomial", "frc", "polynomial"},
                                            .edge_stragglers = {1, 1},
                                            .worker_stragglers = {1}})
                          .value();
  for (index part = 0; part < deeper.parts; ++part)
    BOOST_TEST(copies(deeper, part) == 8);
}

BOOST_AUTO_TEST_CASE(idle_workers_and_edges_count_for_nothing) {
  const auto made = plan(two_layers({3, 2, 3}), {.edge_stragglers = {1},
                                                 .worker_stragglers = {1},
                                                 .idle_workers = {1, 3, 4}})
                        .value();
  for (const std::size_t idle : {1u, 3u, 4u})
    BOOST_TEST(made.work[idle].empty());
  BOOST_TEST(decodable(*made.root_code, std::vector<index>{0}));
  BOOST_TEST(decodable(*made.root_code, std::vector<index>{2}));
  BOOST_TEST(decodable(*made.edge_codes[0], std::vector<index>{2}));
  BOOST_TEST(made.edge_codes[0]->work(1).empty());
  BOOST_TEST(made.edge_codes[1]->work(0).empty());
  const auto round = made.root_code->open({});
  BOOST_TEST(!round->wanted(1));
  round->lost(1, 0);
  BOOST_TEST(!round->hopeless());
}

BOOST_AUTO_TEST_CASE(plans_with_other_codes_or_tolerances_have_other_ids) {
  const auto id = [](std::vector<std::string> layers, index edges, index workers) {
    return plan(two_layers({4, 4}), {.parts = 8,
                                     .layers = std::move(layers),
                                     .edge_stragglers = {edges},
                                     .worker_stragglers = {workers}})
        ->id;
  };
  BOOST_TEST(id({"frc", "frc"}, 1, 1) == id({"frc", "frc"}, 1, 1));
  BOOST_TEST(id({"frc", "frc"}, 1, 1) != id({"frc", "polynomial"}, 1, 1));
  BOOST_TEST(id({"frc", "frc"}, 1, 1) != id({"frc", "frc"}, 1, 3));
}

BOOST_AUTO_TEST_CASE(tolerances_that_leave_nobody_are_refused) {
  BOOST_TEST(refusal(two_layers({3, 4}), {.edge_stragglers = {2}}) ==
             "coding.edge_stragglers: 2 of the 2 edges below coordinator leave none to answer; it "
             "must be between 0 and 1");
  BOOST_TEST(refusal(two_layers({4, 3}), {.worker_stragglers = {3}}) ==
             "coding.worker_stragglers: 3 of the 3 workers below edge/1 leave none to answer; it "
             "must be between 0 and 2");
  BOOST_TEST(refusal(two_layers({4, 3, 3}), {.worker_stragglers = {1, 1}}) ==
             "coding.worker_stragglers: 2 numbers; it must be one, or one for each of the 3 lowest "
             "edges");
  BOOST_TEST(
      refusal(three_layers(), {.edge_stragglers = {1, 0, 0}}) ==
      "coding.edge_stragglers: 3 numbers; it must be one, or one for each of the 2 levels of "
      "edges");
}

BOOST_AUTO_TEST_CASE(what_a_hierarchy_cannot_do_is_refused_with_what_would_be_right) {
  BOOST_TEST(refusal(tree::star(4), {}) ==
             "coding.policy: \"hierarchical\" needs edges and a star has none; it must be "
             "\"polynomial\" or \"fractional-repetition\", or topology.edges be given");
  BOOST_TEST(refusal(two_layers({3, 4}), {.stragglers = 1}) ==
             "coding.stragglers: 1 has no effect with coding.policy = \"hierarchical\"; it must be "
             "0, and edge_stragglers and worker_stragglers say how many");
  BOOST_TEST(refusal(two_layers({3, 4}), {.layers = {"frc"}}) ==
             "coding.layers: 1 codes for 2 layers; it must name one for each, root first");
  BOOST_TEST(refusal(two_layers({3, 4}), {.layers = {"frc", "frk"}}) ==
             "coding.layers: \"frk\" is not known; did you mean \"frc\"?");
  BOOST_TEST(refusal(two_layers({3, 4}), {.parts = 4}) ==
             "coding.parts: 4 parts leave some workers without work; it must be more, such as 7");
}

BOOST_AUTO_TEST_CASE(what_a_code_refuses_is_told_of_its_node_under_the_key_that_is_meant) {
  BOOST_TEST(
      refusal(two_layers({4, 4}), {.layers = {"uncoded", "frc"}, .edge_stragglers = {1}}) ==
      "coding.edge_stragglers: \"uncoded\" at coordinator: \"uncoded\" survives no straggler "
      "but 1 are to be survived; it must be 0, or the policy another one");
  BOOST_TEST(
      refusal(two_layers({4, 4}), {.layers = {"frc", "uncoded"}, .worker_stragglers = {0, 1}})
          .starts_with("coding.worker_stragglers: \"uncoded\" at edge/1: "));
  BOOST_TEST(refusal(two_layers({4, 4}), {.parts = 10, .layers = {"frc", "cyclic"}})
                 .starts_with("coding.parts: \"cyclic\" at edge/0: 5 parts do not divide"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::coding
