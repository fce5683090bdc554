#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>

#include "algorithms/merging/assignment/assignment.hpp"
#include "algorithms/merging/matching/transport.hpp"
#include "algorithms/merging/matching/unit_zipping.hpp"
#include "algorithms/merging/permutations/unit_mixes.hpp"
#include "tests/support/merge_tasks.hpp"

// Units that become sums of others: what ZipIt! and optimal transport make of them.
namespace echelon::merging {
namespace {

using namespace testing;

matrix random_matrix(index units, std::uint64_t seed) {
  random_stream random{seed, "likeness"};
  return matrix::NullaryExpr(units, units, [&] { return random.uniform(-1, 1); });
}

matrix symmetric_matrix(index units, std::uint64_t seed) {
  const matrix any = random_matrix(units, seed);
  return 0.5 * (any + any.transpose());
}

/// Units 0 and 1 of two models.
matrix two_by_two() {
  matrix alike{4, 4};
  alike << 1, 0.9, 0.8, 0.1,  //
      0.9, 1, 0.2, 0.7,       //
      0.8, 0.2, 1, 0.3,       //
      0.1, 0.7, 0.3, 1;
  return alike;
}

/// Everything put out by unit 1 is put out by unit 0, too; its own weights are lost.
block with_a_double(const permutation_spec& spec, const block& state) {
  unit_mix copy = mix_of(kept_order(spec.classes[0].units));
  copy.gather.row(0) = copy.gather.row(1);
  return mix_class(spec, 0, copy, state);
}

/// Joins units 0 and 1 and leaves 1 without anything.
unit_mix join_of_the_first_two(index units) {
  unit_mix join = mix_of(kept_order(units));
  join.gather(0, 0) = join.gather(0, 1) = 0.5;
  join.gather(1, 1) = 0;
  join.spread(1, 1) = 0;
  join.spread(1, 0) = 1;
  return join;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(unit_fusions)

BOOST_AUTO_TEST_CASE(an_order_as_a_mix_moves_the_same_numbers) {
  for (const network_case& one : all_networks()) {
    if (one.input.size() > 100)
      continue;
    const neighbourhood around{one};
    const block model = around.model(1);
    const unit_orders orders = around.orders(1);
    block mixed = model;
    for (std::size_t c = 0; c < orders.size(); ++c)
      mixed = mix_class(around.spec, static_cast<index>(c), mix_of(orders[c]), mixed);
    BOOST_TEST_CONTEXT(one.name)
    BOOST_TEST(difference(mixed, permute(around.spec, model, orders)) == 0);
  }
}

BOOST_AUTO_TEST_CASE(an_order_before_a_mix_can_be_taken_up_into_it) {
  const neighbourhood around{branching_cases()[0]};
  const block model = around.model(1);
  const unit_order p = around.orders(1)[0];
  const unit_mix mix{random_matrix(std::ssize(p), 1), random_matrix(std::ssize(p), 2)};
  const block apart = mix_class(around.spec, 0, mix, mix_class(around.spec, 0, mix_of(p), model));
  BOOST_TEST(difference(apart, mix_class(around.spec, 0, mixed_after(p, mix), model)) <= 1e-14);
}

BOOST_AUTO_TEST_CASE(joined_doubles_compute_the_same) {
  int tried = 0;
  for (const network_case& one : networks_up_to(100)) {
    if (one.name != "mlp" && !one.name.starts_with("dense"))
      continue;
    const neighbourhood around{one};
    const block doubled = with_a_double(around.spec, around.model(1));
    const block joined = mix_class(around.spec, 0,
                                   join_of_the_first_two(around.spec.classes[0].units), doubled);
    BOOST_TEST_CONTEXT(one.name) {
      BOOST_TEST(worst_difference(outputs_of(*around.network, doubled, around.data),
                                  outputs_of(*around.network, joined, around.data)) <= 1e-12);
      BOOST_TEST(difference(doubled, joined) > 1e-3);
      ++tried;
    }
  }
  BOOST_TEST(tried >= 2);
}

BOOST_AUTO_TEST_CASE(a_soft_plan_of_two_units_is_the_logistic_function) {
  matrix profit{2, 2};
  profit << 1, 0.25, 0.5, 0.75;  // what either order makes differs by 1
  for (const double softness : {0.3, 2.0}) {
    const matrix plan = soft_assignment(profit, softness).value();
    const double kept = 1 / (1 + std::exp(-0.5 / softness));
    BOOST_TEST(plan(0, 0) == kept, boost::test_tools::tolerance(1e-8));
  }
}

BOOST_AUTO_TEST_CASE(a_soft_plan_is_doubly_stochastic_and_has_the_ratios_of_its_profits) {
  const bool held = rc::check([] {
    const index units = *rc::gen::inRange<index>(2, 12);
    const double softness = std::pow(10.0, -*rc::gen::inRange(0, 3)) * 0.5;
    const matrix profit = random_matrix(units, *rc::gen::arbitrary<std::uint64_t>());
    const matrix plan = soft_assignment(profit, softness).value();
    RC_ASSERT((plan.rowwise().sum().array() - 1).abs().maxCoeff() <= 1e-12);
    if (softness > 0.1)  // a harder plan takes more sweeps than there are
      RC_ASSERT((plan.colwise().sum().array() - 1).abs().maxCoeff() <= 1e-8);
    for (index r = 1; r < units; ++r)
      for (index c = 1; c < units; ++c) {
        const double cross = profit(0, 0) + profit(r, c) - profit(0, c) - profit(r, 0);
        const double got = std::log(plan(0, 0)) + std::log(plan(r, c)) - std::log(plan(0, c)) -
                           std::log(plan(r, 0));
        RC_ASSERT(std::abs(softness * got - cross) <= 1e-9);
      }
  });
  BOOST_TEST(held);
}

BOOST_AUTO_TEST_CASE(a_plan_that_is_hardly_soft_is_the_exact_assignment) {
  const matrix profit = random_matrix(30, 1);
  const auto exact = solve_assignment(profit).value();
  const matrix plan = soft_assignment(profit, 1e-5).value();
  for (index r = 0; r < 30; ++r)
    BOOST_TEST(plan(r, exact.column_of[slot(r)]) > 0.99);
}

BOOST_AUTO_TEST_CASE(pairs_are_joined_by_likeness_within_a_model_only_as_far_as_its_budget_goes) {
  using groups = std::vector<index>;
  BOOST_TEST(zip_units(two_by_two(), 2, 0, {.within = 0}) == (groups{0, 1, 0, 1}));
  BOOST_TEST(zip_units(two_by_two(), 2, 0, {.within = 0.9}) == (groups{0, 1, 0, 1}));
  BOOST_TEST(zip_units(two_by_two(), 2, 0, {.within = 1}) == (groups{0, 0, 1, 1}));
  matrix alike = two_by_two();
  alike(0, 1) = alike(1, 0) = 0.75;
  alike(0, 3) = alike(3, 0) = 0.65;  // {0, 2} with 1 is 0.2, with 3 is 0.3
  alike(1, 3) = alike(3, 1) = 0.25;
  BOOST_TEST(zip_units(alike, 2, 0, {.within = 1}) == (groups{0, 1, 0, 0}));
  BOOST_TEST(zip_units(alike, 2, 0, {.within = 1, .again = 0.5}) == (groups{0, 1, 0, 1}));
  BOOST_TEST(zip_units(alike, 2, 0, {.within = 1, .again = 0}) == (groups{0, 1, 0, 1}));
}

BOOST_AUTO_TEST_CASE(groups_have_the_numbers_of_the_first_models_units_in_them) {
  matrix crossed = two_by_two();
  for (const auto& [left, right, likeness] :
       {std::tuple{0, 3, 0.95}, {1, 2, 0.94}, {0, 1, 0.0}, {2, 3, 0.0}})
    crossed(left, right) = crossed(right, left) = likeness;
  BOOST_TEST(zip_units(crossed, 2, 0, {}) == (std::vector<index>{0, 1, 1, 0}));
  BOOST_TEST(zip_units(crossed, 2, 1, {}) == (std::vector<index>{1, 0, 0, 1}));
}

BOOST_AUTO_TEST_CASE(zipping_leaves_one_models_number_of_groups) {
  const bool held = rc::check([] {
    const index models = *rc::gen::inRange<index>(1, 5), units = *rc::gen::inRange<index>(1, 9);
    const zip_options options{.within = *rc::gen::inRange(0, 5) / 4.0,
                              .again = *rc::gen::inRange(0, 5) / 4.0};
    const index first = *rc::gen::inRange<index>(0, models);
    const auto groups = zip_units(
        symmetric_matrix(models * units, *rc::gen::arbitrary<std::uint64_t>()), models, first,
        options);
    std::vector<index> seen = groups;
    std::ranges::sort(seen);
    seen.erase(std::ranges::unique(seen).begin(), seen.end());
    RC_ASSERT(seen == kept_order(units));
    if (options.within == 0 && models <= 2)
      for (index model = 0; model < models; ++model) {
        unit_order of_model(groups.begin() + model * units, groups.begin() + (model + 1) * units);
        std::ranges::sort(of_model);
        RC_ASSERT(of_model == kept_order(units));
      }
  });
  BOOST_TEST(held);
}

BOOST_AUTO_TEST_CASE(zipped_pairs_within_a_model_free_a_unit_of_the_other) {
  const neighbourhood around{branching_cases()[0]};
  const auto task = around.task(with_a_double(around.spec, around.model(1)), around.model(2),
                                around.model(3));
  const auto joined = rule("zipit", setting("within", 1.0))->merge(task);
  const auto apart = rule("zipit", setting("within", 0.0))->merge(task);
  BOOST_TEST(difference(joined->state, apart->state) > 1e-3);
}

BOOST_AUTO_TEST_CASE(soft_transport_lies_nearer_the_own_model_than_the_exact_one) {
  const neighbourhood around{branching_cases()[0]};
  const auto task = around.task(around.model(1), around.model(2), around.model(3));
  for (const char* kind : {"weights", "pearson"}) {
    value settings = setting("similarity", kind);
    const auto exact = rule("ot-fusion", settings)->merge(task);
    settings.table()["softness"] = 0.2;
    const auto soft = rule("ot-fusion", settings)->merge(task);
    for (const std::size_t other : {std::size_t{0}, std::size_t{2}}) {
      BOOST_TEST(soft->report.peers[other].distance_after <
                 exact->report.peers[other].distance_after);
      BOOST_TEST(exact->report.peers[other].classes.empty() == (kind == std::string{"weights"}));
    }
  }
}

BOOST_AUTO_TEST_CASE(transport_compares_weights_without_samples) {
  const neighbourhood around{branching_cases()[0]};
  merge_task task = around.task(around.model(1), around.model(2), around.model(3));
  task.calibration.rows = {};
  value settings = setting("bn_reset", "none");
  BOOST_TEST(rule("ot-fusion", settings)->merge(task).has_value());
  settings.table()["similarity"] = "pearson";
  BOOST_TEST(rule("ot-fusion", settings)
                 ->merge(task)
                 .error()
                 .detail.starts_with("peer 0 cannot be matched: units are matched on 0 samples"));
  BOOST_TEST(rule("zipit")->merge(task).error().detail.starts_with("peer 0 cannot be matched: "));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::merging
