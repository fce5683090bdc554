#include <cmath>

#include <boost/test/unit_test.hpp>

#include "algorithms/merging/mixing/convergence_bound.hpp"
#include "algorithms/merging/mixing/disagreement.hpp"
#include "algorithms/merging/topologies/spectrum.hpp"
#include "tests/support/peer_runs.hpp"

namespace echelon::merging {
namespace {

constexpr index dimension = 4;

/// f_i = 1/2 |x - b_i|^2: L is 1, and kappa^2 is the same everywhere.
struct quadratic_world {
  index peers;
  index every;
  double noise;      ///< sigma of each gradient as a whole
  double diversity;  ///< of the targets
  double apart;      ///< at the start
  bool adapt_first;
};

struct outcome {
  double gradient = 0, disagreement = 0;
  bound_terms terms;
};

matrix drawn(random_stream& random, index rows, double scale) {
  matrix made{rows, dimension};
  for (index i = 0; i < rows; ++i)
    for (index j = 0; j < dimension; ++j)
      made(i, j) = scale * random.normal();
  return made;
}

double spread(const matrix& rows) {
  return (rows.rowwise() - rows.colwise().mean()).rowwise().squaredNorm().mean();
}

/// Both sides of the bound, the left one as the mean over seeds.
outcome simulate(const quadratic_world& world) {
  constexpr int seeds = 20, steps = 200;
  const matrix w = make_network("ring", world.peers).mixing(0);
  random_stream fixed{1, "tests.bound"};
  const matrix targets = drawn(fixed, world.peers, world.diversity);
  const matrix start = drawn(fixed, world.peers, world.apart).array() + 2;
  outcome seen;
  seen.terms = {.peers = static_cast<double>(world.peers),
                .merge_every = static_cast<double>(world.every),
                .steps = steps,
                .rate = 0,
                .noise = world.noise * world.noise,
                .diversity = spread(targets),
                .contraction = contraction(w),
                .disagreement = spread(start)};
  const double left = 1 - seen.terms.contraction;
  seen.terms.rate = std::min(1.0, left / (2 * std::sqrt(3.0) * static_cast<double>(world.every)));
  const auto best = targets.colwise().mean().eval();
  seen.terms.gap = 0.5 * (start.colwise().mean() - best).squaredNorm();
  for (int seed = 0; seed < seeds; ++seed) {
    random_stream random{static_cast<std::uint64_t>(seed), "tests.bound.noise"};
    matrix x = start;
    for (int step = 0; step < steps; ++step) {
      seen.gradient += (x.colwise().mean() - best).squaredNorm() / (seeds * steps);
      seen.disagreement += spread(x) / (seeds * steps);
      const matrix g = x - targets + drawn(random, world.peers, world.noise / std::sqrt(dimension));
      const bool merges = (step + 1) % world.every == 0;
      if (world.adapt_first)
        x = merges ? matrix{w * (x - seen.terms.rate * g)} : matrix{x - seen.terms.rate * g};
      else
        x = (merges ? matrix{w * x} : x) - seen.terms.rate * g;
    }
  }
  return seen;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(convergence_bounds)

BOOST_AUTO_TEST_CASE(quadratics_never_break_the_bound) {
  for (const index peers : {5, 10})
    for (const index every : {1, 4})
      for (const double noise : {0.0, 1.0})
        for (const double diversity : {0.0, 1.0})
          for (const double apart : {0.0, 1.0})
            for (const bool adapt_first : {false, true}) {
              const outcome seen = simulate({peers, every, noise, diversity, apart, adapt_first});
              const auto bound = bound_convergence(seen.terms);
              BOOST_REQUIRE_MESSAGE(bound.has_value(), (bound ? "" : bound.error().detail));
              BOOST_TEST(seen.gradient <= bound->gradient);
              BOOST_TEST(seen.disagreement <= bound->disagreement + 1e-12);
            }
}

BOOST_AUTO_TEST_CASE(the_bound_is_the_formula_by_hand) {
  const bound_terms terms{.peers = 4,
                          .merge_every = 2,
                          .steps = 100,
                          .rate = 0.02,
                          .smoothness = 2,
                          .gap = 3,
                          .noise = 0.5,
                          .diversity = 0.25,
                          .contraction = 0.5,
                          .disagreement = 0};
  // 2 * 3 / 2 + 0.02 * 2 * 0.5 / 4 + 4 (4 * 4e-4 * 0.5 * 2 / 0.75 + 8 * 4e-4 * 0.25 * 4 / 0.25)
  const double plain = 3 + 0.005 + 4 * (0.0016 / 0.75 + 0.0128);
  BOOST_TEST(bound_convergence(terms)->gradient == plain, boost::test_tools::tolerance(1e-12));
  auto apart = terms;
  apart.disagreement = 1.5;
  const double started = 6 * 2 * 1.5 / (100 * 0.75) + 1.5 * (0.0016 / 0.75 + 0.0128);
  BOOST_TEST(bound_convergence(apart)->disagreement == started,
             boost::test_tools::tolerance(1e-12));
  auto wild = apart;
  wild.inconsistency = 1e-3;
  const double bracket = 8 * 2 * 1.5 / (100 * 0.75) + 2 * (0.0016 / 0.75 + 0.0128) + 0.008 / 0.25;
  BOOST_TEST(bound_convergence(wild)->gradient ==
                 3 + 0.005 + 2 * 4 * bracket + 2e-3 / (2 * 0.02 * 0.02),
             boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(beyond_its_conditions_there_is_no_bound) {
  bound_terms terms{.rate = 0.9, .contraction = 0.9};
  BOOST_TEST(bound_convergence(terms).error().detail ==
             "the bound holds for rates up to 0.03536; this one is 0.9");
  terms.contraction = 1;
  BOOST_TEST(!bound_convergence(terms).has_value());
}

BOOST_AUTO_TEST_CASE(disagreement_is_the_mean_squared_distance_to_the_mean) {
  const block a = block_of<double>({0, 2}), b = block_of<double>({4, 2});
  const std::vector<vector_view> both{a, b};
  BOOST_TEST(disagreement(both, {0, 2}) == 4);
  const std::vector<arrival> heard{{1, 0.25, {{b}, {}}}};
  BOOST_TEST(local_disagreement(a, heard, {0, 2}) == 4);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::merging
