#include <boost/test/unit_test.hpp>

#include "algorithms/base/random.hpp"
#include "algorithms/base/tree.hpp"

namespace echelon {

namespace {

constexpr node_id root{role::coordinator, 0};

node_id edge(int number) { return {role::edge, number}; }
node_id worker(int number) { return {role::worker, number}; }

std::vector<std::string> names(std::span<const node_id> nodes) {
  std::vector<std::string> texts;
  for (const node_id node : nodes)
    texts.push_back(to_string(node));
  return texts;
}

using list_of_names = std::vector<std::string>;

std::string complaint_about(value edges) {
  edges.written_at({std::make_shared<const std::string>("s.toml"), 3});
  const auto made = tree::from_edges(edges);
  BOOST_REQUIRE(!made);
  return made.error().detail;
}

value_list random_edges(random_stream& random, index level) {
  value_list edges;
  for (index i = 0; i <= random.below(4); ++i)
    if (level < 4 && random.bernoulli(0.4))
      edges.emplace_back(random_edges(random, level + 1));
    else
      edges.emplace_back(1 + random.below(5));
  return edges;
}

/// One worker at the end of a chain of edges.
value_list chain(index edges) {
  value_list list;
  if (edges == 1)
    list.emplace_back(1);
  else
    list.emplace_back(chain(edges - 1));
  return list;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(trees)

BOOST_AUTO_TEST_CASE(a_star_has_workers_under_the_coordinator) {
  const tree star = tree::star(3);
  BOOST_TEST(star.is_star());
  BOOST_TEST(star.workers() == 3);
  BOOST_TEST(star.edges() == 0);
  BOOST_TEST(star.depth() == 1);
  BOOST_TEST(names(star.children(root)) == (list_of_names{"worker/0", "worker/1", "worker/2"}),
             boost::test_tools::per_element());
  BOOST_TEST((star.parent(worker(2)) == root));
}

BOOST_AUTO_TEST_CASE(nested_lists_are_numbered_depth_first) {
  const auto made = tree::from_edges(value_list{2, value_list{1, 3}, 1});
  BOOST_REQUIRE(made);
  BOOST_TEST(made->workers() == 7);
  BOOST_TEST(made->edges() == 5);
  BOOST_TEST(made->depth() == 3);
  BOOST_TEST(names(made->children(root)) == (list_of_names{"edge/0", "edge/1", "edge/4"}),
             boost::test_tools::per_element());
  BOOST_TEST(names(made->children(edge(1))) == (list_of_names{"edge/2", "edge/3"}),
             boost::test_tools::per_element());
  BOOST_TEST(names(made->children(edge(3))) == (list_of_names{"worker/3", "worker/4", "worker/5"}),
             boost::test_tools::per_element());
  BOOST_TEST(made->workers_below(edge(1)) == (std::vector<index>{2, 3, 4, 5}),
             boost::test_tools::per_element());
  BOOST_TEST(made->workers_below(worker(6)) == (std::vector<index>{6}),
             boost::test_tools::per_element());
  BOOST_TEST((made->parent(edge(3)) == edge(1)));
  BOOST_TEST((made->parent(worker(6)) == edge(4)));
}

BOOST_AUTO_TEST_CASE(every_node_is_its_parents_child_and_workers_below_are_consecutive) {
  random_stream random{1, "trees"};
  for (int repetition = 0; repetition < 200; ++repetition) {
    const auto made = tree::from_edges(random_edges(random, 0));
    BOOST_REQUIRE(made);
    index below_root = 0;
    const auto check = [&](node_id parent) {
      for (const node_id child : made->children(parent)) {
        BOOST_REQUIRE((made->parent(child) == parent));
        if (parent == root)
          below_root += std::ssize(made->workers_below(child));
      }
    };
    check(root);
    for (int number = 0; number < made->edges(); ++number)
      check(edge(number));
    BOOST_TEST(below_root == made->workers());
    BOOST_TEST(std::ssize(made->workers_below(root)) == made->workers());
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_tree_is_refused_in_one_sentence) {
  BOOST_TEST(
      complaint_about(value_list{}) ==
      "s.toml:3: topology.edges: [] is not a list of edges; it must be like [4, 6] or [[2, 2], 4]");
  BOOST_TEST(complaint_about(3).find("3 is not a list of edges") != std::string::npos);
  BOOST_TEST(complaint_about(value_list{0}).find("an edge with 0 workers") != std::string::npos);
  BOOST_TEST(complaint_about(value_list{-4}).find("an edge with -4 workers") != std::string::npos);
  BOOST_TEST(complaint_about(value_list{"4"}).find("neither a number of workers nor a list") !=
             std::string::npos);
  BOOST_TEST(complaint_about(value_list{1'000'000}).find("more than 1000000 workers and edges") !=
             std::string::npos);
  BOOST_TEST(complaint_about(chain(1000)).find("deeper than 16 levels") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(sixteen_levels_of_links_are_allowed) {
  const auto made = tree::from_edges(chain(15));
  BOOST_REQUIRE(made);
  BOOST_TEST(made->depth() == 16);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon
