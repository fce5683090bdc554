#include <boost/test/unit_test.hpp>

#include "algorithms/coding/part_runs.hpp"
#include "algorithms/coding/polynomial_kernel.hpp"

// The example of specification 4.7: three edges of 2, 3 and 5 workers, one edge and one worker of
// each other edge may be absent, five parts.

namespace echelon::coding {
namespace {

using numbers = std::vector<double>;

constexpr index parts = 5;

/// The holders of every part, where senders hold so many each.
std::vector<std::vector<index>> holders(const std::vector<index>& shares, index of_parts) {
  std::vector<std::vector<index>> all;
  for (const support& held : lay_runs(shares, of_parts))
    all.insert(all.end(), static_cast<std::size_t>(held.parts), held.holders);
  return all;
}

/// The parts of every sender, ascending.
std::vector<std::vector<index>> held(const std::vector<index>& shares, index of_parts) {
  std::vector<std::vector<index>> all(shares.size());
  const auto by_part = holders(shares, of_parts);
  for (index part = 0; part < of_parts; ++part)
    for (const index sender : by_part[static_cast<std::size_t>(part)])
      all[static_cast<std::size_t>(sender)].push_back(part);
  return all;
}

/// 1 / prod (x_i - x_l) over the other holders l, for every holder i.
numbers divided_difference(const numbers& nodes, const std::vector<index>& members) {
  numbers column;
  for (const index member : members) {
    double product = 1;
    for (const index other : members)
      if (other != member)
        product *= nodes[static_cast<std::size_t>(member)] - nodes[static_cast<std::size_t>(other)];
    column.push_back(1 / product);
  }
  return column;
}

std::vector<index> shares(const numbers& capacities, index of_parts) {
  return quotas(capacities, 2 * of_parts, of_parts);
}

polynomial_kernel<double> edge_layer() {
  return {{-1, 0, 1}, lay_runs(shares({2, 3, 5}, parts), parts)};
}

/// Norms of the edges' rows, by which the kernel scales messages down and weights up.
const numbers norms{std::sqrt(0.5), std::sqrt(3.0), std::sqrt(3.5)};

void check_decode(const std::vector<index>& arrived, const numbers& expected, double kappa) {
  const auto how = edge_layer().decode(arrived).value();
  BOOST_REQUIRE(how.weights.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i)
    BOOST_TEST(how.weights[i] / norms[static_cast<std::size_t>(arrived[i])] == expected[i],
               boost::test_tools::tolerance(1e-12));
  BOOST_TEST(how.amplification == kappa, boost::test_tools::tolerance(0.005));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(golden_hierarchy)

BOOST_AUTO_TEST_CASE(edges_hold_two_three_and_five_parts) {
  const auto edges = shares({2, 3, 5}, parts);
  BOOST_TEST((edges == std::vector<index>{2, 3, 5}));
  const std::vector<std::vector<index>> expected{{0, 1}, {2, 3, 4}, {0, 1, 2, 3, 4}};
  BOOST_TEST((held(edges, parts) == expected));
}

BOOST_AUTO_TEST_CASE(every_worker_holds_two_parts_of_its_edge) {
  using lists = std::vector<std::vector<index>>;
  BOOST_TEST((held(shares(numbers(2, 1.0), 2), 2) == lists{{0, 1}, {0, 1}}));
  // Local numbers: of the second edge 0, 1, 2 are the parts 2, 3, 4.
  BOOST_TEST((held(shares(numbers(3, 1.0), 3), 3) == lists{{0, 1}, {0, 2}, {1, 2}}));
  BOOST_TEST(
      (held(shares(numbers(5, 1.0), 5), 5) == lists{{0, 1}, {2, 3}, {0, 4}, {1, 2}, {3, 4}}));
}

BOOST_AUTO_TEST_CASE(the_edges_coefficients_are_divided_differences) {
  const numbers nodes{-1, 0, 1};
  BOOST_TEST((divided_difference(nodes, {0, 2}) == numbers{-0.5, 0.5}));
  BOOST_TEST((divided_difference(nodes, {1, 2}) == numbers{-1, 1}));
  const auto supports = lay_runs(shares({2, 3, 5}, parts), parts);
  const auto edges = edge_layer();
  for (index edge = 0; edge < 3; ++edge)
    for (const auto& entry : edges.row(edge)) {
      const auto& members = supports[static_cast<std::size_t>(entry.support)].holders;
      const auto column = divided_difference(nodes, members);
      const auto place = std::ranges::find(members, edge) - members.begin();
      BOOST_TEST(entry.coefficient * norms[static_cast<std::size_t>(edge)] ==
                     column[static_cast<std::size_t>(place)],
                 boost::test_tools::tolerance(1e-12));
    }
}

BOOST_AUTO_TEST_CASE(any_two_edges_decode) {
  check_decode({1, 2}, {1, 2}, 1.84);
  check_decode({0, 2}, {-1, 1}, 0.89);
  check_decode({0, 1}, {-2, -1}, 1.00);
}

BOOST_AUTO_TEST_CASE(three_edges_decode_with_the_least_amplification) {
  check_decode({0, 1, 2}, {-10.0 / 7, -3.0 / 7, 4.0 / 7}, 0.74);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::coding
