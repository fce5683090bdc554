#include <boost/test/unit_test.hpp>

#include "algorithms/merging/rules/layer_moments.hpp"
#include "tests/support/merge_tasks.hpp"

namespace echelon::merging {
namespace {

using namespace testing;

}  // namespace

BOOST_AUTO_TEST_SUITE(merging_rules)

BOOST_AUTO_TEST_CASE(permuted_copies_of_one_model_merge_into_that_model_in_ones_own_order) {
  for (const network_case& one : networks_up_to(256))
    for (const precision kind : {precision::single, precision::double_}) {
      if (kind == precision::double_ && one.input.size() > 100)
        continue;  // slow, and no different
      const neighbourhood around{one, kind};
      const block model = around.model(1);
      const unit_orders left = around.orders(1), right = around.orders(2);
      const auto task = around.task(model, permute(around.spec, model, left),
                                    permute(around.spec, model, right));
      for (const std::string name : {"dimat", "zipit", "ot-fusion"}) {
        // Units that fire for the same sample alone are equal but for rounding: weights must
        // decide.
        value settings = setting("bn_reset", "none");
        if (name != "ot-fusion")
          settings.table()["tie_break"] = 1e-4;
        const auto merged = rule(name, settings)->merge(task);
        BOOST_TEST_CONTEXT(one.name << ' ' << bytes_of(kind) << ' ' << name) {
          BOOST_TEST_REQUIRE(merged.has_value());
          BOOST_TEST(difference(merged->state, model) <=
                     (kind == precision::single ? 1e-6 : 1e-15));
          BOOST_TEST(worst_difference(outputs_of(*around.network, model, around.data),
                                      outputs_of(*around.network, merged->state, around.data)) <=
                     (kind == precision::single ? 1e-4 : 1e-10));
          BOOST_TEST(merged->report.peers[0].distance_after <= (name == "zipit" ? 1e-7 : 0.0));
          BOOST_TEST(kept_share(merged->own_orders) == 1);
        }
      }
    }
}

BOOST_AUTO_TEST_CASE(identical_models_merge_into_themselves_by_every_rule) {
  for (const network_case& one : networks_up_to(100)) {
    const neighbourhood around{one};
    const block model = around.model(1);
    const index trained = around.network->parameter_count();
    for (const std::string& name : merge_rules().names()) {
      const auto merged = rule(name)->merge(around.task(model, model, model));
      BOOST_TEST_CONTEXT(one.name << ' ' << name) {
        BOOST_TEST_REQUIRE(merged.has_value());
        BOOST_TEST(worst_difference(numbers_of(merged->state, trained),
                                    numbers_of(model, trained)) <= 1e-14);
        for (const peer_report& met : merged->report.peers)
          BOOST_TEST(met.kept_share == 1);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(the_order_neighbours_chose_for_their_units_does_not_matter) {
  for (const network_case& one : networks_up_to(100)) {
    const neighbourhood around{one};
    const block own = around.model(1), left = around.model(2), right = around.model(3);
    const unit_orders p = around.orders(1), q = around.orders(2), r = around.orders(3);
    for (const std::string_view name : {"dimat", "dimat-paper", "zipit", "ot-fusion"}) {
      if (name == "dimat-paper" && !one.name.starts_with("dense"))
        continue;  // without a tie-break, dead units are matched by number
      // Where zipit finds equals, the own numbers decide.
      const unit_orders own_gauge = name == "zipit" ? kept_orders(around.spec) : p;
      const auto plain = rule(name)->merge(around.task(own, left, right));
      const auto gauged = rule(name)->merge(around.task(permute(around.spec, own, own_gauge),
                                                        permute(around.spec, left, q),
                                                        permute(around.spec, right, r)));
      BOOST_TEST_CONTEXT(one.name << ' ' << name) {
        BOOST_TEST_REQUIRE(plain.has_value());
        BOOST_TEST(difference(permute(around.spec, plain->state, own_gauge), gauged->state) <=
                   1e-9);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(averages_alone_depend_on_the_order) {
  const neighbourhood around{branching_cases()[1]};
  const block own = around.model(1), left = around.model(2), right = around.model(3);
  const auto plain = rule("average")->merge(around.task(own, left, right));
  const auto gauged = rule("average")->merge(
      around.task(own, permute(around.spec, left, around.orders(1)), right));
  BOOST_TEST(difference(plain->state, gauged->state) > 1e-2);
  for (std::size_t k = 0; k < 20; ++k)
    BOOST_TEST(plain->state.as<double>()[k] == 0.5 * own.as<double>()[k] +
                                                   0.2 * left.as<double>()[k] +
                                                   0.3 * right.as<double>()[k],
               boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(no_rule_changes_more_than_statistics_without_neighbours) {
  for (const network_case& one : networks_up_to(100)) {
    const neighbourhood around{one};
    const block own = around.model(1);
    const index trained = around.network->parameter_count();
    for (const std::string& name : merge_rules().names()) {
      const auto merged = rule(name)->merge(around.alone(own));
      BOOST_TEST_CONTEXT(one.name << ' ' << name) {
        BOOST_TEST_REQUIRE(merged.has_value());
        BOOST_TEST(numbers_of(merged->state, trained) == numbers_of(own, trained));
        merge_task weightless = around.task(own, around.model(2), around.model(3));
        weightless.own.weight = 1;
        weightless.others[0].weight = weightless.others[1].weight = 0;
        BOOST_TEST(rule(name)->merge(weightless)->state.hash() == merged->state.hash());
      }
    }
    BOOST_TEST(rule("average")->merge(around.alone(own))->state.hash() == own.hash());
  }
}

BOOST_AUTO_TEST_CASE(arrival_does_not_matter) {
  const neighbourhood around{branching_cases()[0], precision::single};
  for (const std::string& name : merge_rules().names()) {
    merge_task task = around.task(around.model(1), around.model(2), around.model(3));
    const auto first = rule(name)->merge(task);
    std::swap(task.others[0], task.others[1]);
    BOOST_TEST(rule(name)->merge(task)->state.hash() == first->state.hash());
    BOOST_TEST(first->report.peers.size() == 3);
    BOOST_TEST(first->report.calibration_loss.has_value());
  }
}

BOOST_AUTO_TEST_CASE(models_that_come_one_after_another_give_the_same) {
  const neighbourhood around{branching_cases()[0], precision::single};
  const merge_task task = around.task(around.model(1), around.model(2), around.model(3));
  const std::vector<peer_model> others{task.others[1], task.others[0]};
  merge_task begun = task;
  begun.others.clear();
  std::vector<merge_rule_catalogue::policy_ptr> rules;
  for (const std::string& name : merge_rules().names())
    rules.push_back(rule(name));
  for (const auto& [name, word] : {std::pair{"combine", "sequential"},
                                   {"combine", "cycle-consistent"},
                                   {"reference", "lowest-id"},
                                   {"reference", "root"},
                                   {"similarity", "weights"}})
    rules.push_back(rule("dimat", setting(name, word)));
  rules.push_back(rule("dimat", setting("repair", true)));
  rules.push_back(rule("dimat", setting("bn_reset_before", true)));
  for (std::size_t k = 0; k < rules.size(); ++k)
    BOOST_TEST_CONTEXT(k) {
      const auto turns = rules[k]->begin(begun);
      for (const peer_model& other : others)
        BOOST_TEST(turns->add(other).has_value());
      const auto merged = turns->finish(0.5, 1);
      const auto expected = rules[k]->merge(task);
      BOOST_TEST_REQUIRE(merged.has_value());
      BOOST_TEST(merged->state.hash() == expected->state.hash());
      BOOST_TEST((merged->own_orders == expected->own_orders));
      BOOST_TEST(merged->report.reference == expected->report.reference);
      BOOST_TEST(merged->report.peers.size() == 3);
    }
}

BOOST_AUTO_TEST_CASE(whoever_does_not_come_changes_the_weights_of_those_who_do) {
  const neighbourhood around{branching_cases()[0]};
  merge_task task = around.task(around.model(1), around.model(2), around.model(3));
  const peer_model left = task.others[1];
  merge_task begun = task;
  begun.others.clear();
  for (const auto& [own, others] : {std::pair{0.8, 1.0}, {0.5 / 0.7, 1 / 0.7}}) {
    task.own.weight = own;
    task.others = {left};
    task.others[0].weight *= others;
    for (const std::string& name : merge_rules().names()) {
      const auto by = rule(name);
      const auto turns = by->begin(begun);
      BOOST_TEST(turns->add(left).has_value());
      const auto merged = turns->finish(own, others);
      BOOST_TEST_REQUIRE(merged.has_value());
      BOOST_TEST(difference(merged->state, by->merge(task)->state) <= 1e-12, name);
    }
  }
  const auto by = rule("dimat");
  const auto turns = by->begin(begun);
  BOOST_TEST(turns->finish(0.5, 1).error().detail ==
             "the weights of peer 1 and its neighbours add up to 0.5, not to 1");
}

BOOST_AUTO_TEST_CASE(the_reference_decides_whose_order_the_result_has) {
  const neighbourhood around{branching_cases()[1]};
  const block model = around.model(1);
  const unit_orders p = around.orders(1), q = around.orders(2);
  const auto task = around.task(model, permute(around.spec, model, p),
                                permute(around.spec, model, q));
  for (const char* choice : {"lowest-id", "root"}) {
    value settings = setting("reference", choice);
    settings.table()["bn_reset"] = "none";
    const auto merged = rule("dimat", settings)->merge(task);
    BOOST_TEST(merged->report.reference == 0);
    BOOST_TEST(difference(merged->state, task.others[1].state) <= 1e-14);
    BOOST_TEST(permute(around.spec, model, merged->own_orders).hash() ==
               task.others[1].state.hash());
  }
  merge_task full = task;
  full.peers = 3;
  BOOST_TEST(rule("dimat-paper")->merge(full)->report.reference == 0);
  BOOST_TEST(rule("dimat-paper")->merge(task)->report.reference == 1);
}

BOOST_AUTO_TEST_CASE(one_after_another_and_by_weights_find_copies_too) {
  const neighbourhood around{branching_cases()[0]};
  const block model = around.model(1);
  const auto task = around.task(model, permute(around.spec, model, around.orders(1)),
                                permute(around.spec, model, around.orders(2)));
  for (const auto& [name, word] :
       {std::pair{"combine", "sequential"}, {"similarity", "weights"}, {"similarity", "cosine"}}) {
    value settings = setting(name, word);
    settings.table()["bn_reset"] = "none";
    BOOST_TEST_CONTEXT(word)
    BOOST_TEST(difference(rule("dimat", settings)->merge(task)->state, model) <= 1e-14);
  }
}

BOOST_AUTO_TEST_CASE(orders_found_in_common_find_copies_and_do_not_depend_on_the_reference) {
  const neighbourhood around{branching_cases()[0]};
  const block own = around.model(1), left = around.model(2), right = around.model(3);
  for (const auto& [combine, kind] : {std::pair{"cycle-consistent", "pearson"},
                                      {"cycle-consistent", "weights"},
                                      {"merge-many", "weights"}}) {
    value settings = setting("combine", combine);
    settings.table()["similarity"] = kind;
    settings.table()["bn_reset"] = "none";
    BOOST_TEST_CONTEXT(combine << ' ' << kind) {
      const auto copies = around.task(own, permute(around.spec, own, around.orders(1)),
                                      permute(around.spec, own, around.orders(2)));
      BOOST_TEST(difference(rule("dimat", settings)->merge(copies)->state, own) <= 1e-14);
      const auto task = around.task(own, left, right);
      const auto self = rule("dimat", settings)->merge(task);
      settings.table()["reference"] = "lowest-id";
      const auto lowest = rule("dimat", settings)->merge(task);
      BOOST_TEST(kept_share(self->own_orders) == 1);
      BOOST_TEST(kept_share(lowest->own_orders) < 0.9);
      BOOST_TEST(difference(permute(around.spec, self->state, lowest->own_orders), lowest->state) <=
                 1e-14);
    }
  }
  BOOST_TEST(merge_rules()
                 .make("dimat", setting("combine", "merge-many"), "merging")
                 .error()
                 .detail.ends_with("say similarity = \"weights\", too"));
}

BOOST_AUTO_TEST_CASE(statistics_are_measured_as_the_samples_are) {
  const neighbourhood around{branching_cases()[0]};
  const block model = around.model(1);
  const learning::batch samples{&around.data, around.rows};
  const auto once = reset_statistics(*around.network, model, samples, statistics_reset::cumulative,
                                     1, 1);
  const auto again = reset_statistics(*around.network, *once, samples, statistics_reset::cumulative,
                                      1, 1);
  BOOST_TEST(difference(*once, *again) <= 1e-12);
  BOOST_TEST(difference(*once, model) > 1e-3);
  const auto slowly = reset_statistics(*around.network, model, samples, statistics_reset::ema, 1,
                                       1);
  BOOST_TEST(difference(*once, *slowly) > 1e-3);
  BOOST_TEST(!reset_statistics(*around.network, model, {&around.data, {}},
                               statistics_reset::cumulative, 1, 1)
                  .has_value());
}

BOOST_AUTO_TEST_CASE(a_repaired_unit_varies_as_its_parents_did) {
  for (const network_case& plain : all_networks()) {
    if (plain.name != "grouped convolution" && plain.name != "lenet" && plain.name != "mlp")
      continue;
    if (plain.input.size() < 2 || plain.classes == 0)
      continue;
    neighbourhood around{plain};
    around.rows.resize(90);  // one pass: what is measured is what is seen afterwards
    const auto task = around.task(around.model(1), around.model(2), around.model(3));
    const auto merged = rule("dimat", setting("repair", true))->merge(task);
    BOOST_TEST_REQUIRE(merged.has_value(), (merged ? "" : merged.error().detail));
    const auto& graph = *around.network->graph();
    std::map<index, index> layers;
    for (index k = 1; k + 1 < graph.size(); ++k)
      if (graph.node(k).units > 0)
        layers[k] = graph.node(k).units;
    const auto moments = [&](const block& state) {
      layer_moments seen{layers};
      around.network->observe(state, task.calibration, seen, *around.network->make_workspace());
      return seen;
    };
    const auto own = moments(task.own.state), right = moments(task.others[0].state),
               left = moments(task.others[1].state), after = moments(merged->state);
    for (const auto& [layer, units] : layers) {
      // Sums over all units do not depend on how neighbours' units were matched.
      double means = 0, mean_size = 0, deviations = 0, expected = 0;
      for (index u = 0; u < units; ++u) {
        const double mean = 0.5 * own.mean(layer, u) + 0.3 * right.mean(layer, u) +
                            0.2 * left.mean(layer, u);
        means += after.mean(layer, u) - mean;
        mean_size += std::abs(mean);
        deviations += after.deviation(layer, u);
        expected += 0.5 * own.deviation(layer, u) + 0.3 * right.deviation(layer, u) +
                    0.2 * left.deviation(layer, u);
      }
      BOOST_TEST_CONTEXT(plain.name << " layer " << layer) {
        // Unbiased variances, by which is folded, are 1 / 90 larger than what a pass divides by.
        BOOST_TEST(std::abs(means) <= 2e-3 * mean_size);
        BOOST_TEST(deviations == expected, boost::test_tools::tolerance(2e-2));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(an_adopted_order_changes_no_function) {
  const neighbourhood around{branching_cases()[1]};
  const block own = around.model(1), parent = around.model(2);
  merge_task task = around.task(own, parent, own);
  task.others.erase(task.others.begin());
  task.own.weight = 0.8;
  const auto adopted = adopt_order(task, {});
  BOOST_TEST_REQUIRE(adopted.has_value());
  BOOST_TEST(worst_difference(outputs_of(*around.network, own, around.data),
                              outputs_of(*around.network, adopted->state, around.data)) <= 1e-12);
  for (const class_match& match : adopted->report.peers[0].classes)
    BOOST_TEST(match.likeness >= match.kept_likeness);
  BOOST_TEST(rule("sync")->orders_once());
  BOOST_TEST(!rule("dimat")->orders_once());
}

BOOST_AUTO_TEST_CASE(without_hidden_units_nothing_is_matched_and_no_samples_are_needed) {
  for (const network_case& one : networks_up_to(100)) {
    if (one.name != "softmax")
      continue;
    const neighbourhood around{one};
    merge_task task = around.task(around.model(1), around.model(2), around.model(3));
    const auto averaged = rule("average")->merge(task);
    task.calibration.rows = {};
    BOOST_TEST(rule("dimat")->merge(task)->state.hash() == averaged->state.hash());
  }
}

BOOST_AUTO_TEST_CASE(refusals_name_the_peer) {
  const neighbourhood around{branching_cases()[0], precision::single};
  const block model = around.model(1);
  const auto refused = [&](auto spoil) {
    merge_task task = around.task(model, around.model(2), around.model(3));
    spoil(task);
    const auto merged = rule("dimat")->merge(task);
    BOOST_TEST_REQUIRE(!merged.has_value());
    return merged.error().detail;
  };
  BOOST_TEST(refused([](merge_task& task) {
               task.others[0].spec_hash += 1;
             }).starts_with("peer 2 goes by permutation specification "));
  BOOST_TEST(refused([](merge_task& task) {
               block_builder bad = copy_of<float>(task.others[1].state);
               bad.as<float>()[3] = std::nanf("");
               task.others[1].state = block::freeze(std::move(bad));
             }) == "peer 0 sent a model with numbers that are not finite");
  BOOST_TEST(refused([](merge_task& task) { task.others[1].peer = 2; }) ==
             "peer 2 is merged twice");
  BOOST_TEST(refused([](merge_task& task) {
               task.own.weight = 0.6;
             }).starts_with("the weights of peer 1 and its neighbours add up to 1.0"));
  BOOST_TEST(refused([](merge_task& task) {
               task.others[0].state = {};
             }).starts_with("peer 2 sent a model of 0 numbers"));
  BOOST_TEST(refused([](merge_task& task) {
               task.calibration.rows = {};
             }).starts_with("peer 0 cannot be matched: units are matched on 0 samples"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::merging
