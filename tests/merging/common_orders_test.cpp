#include <boost/test/unit_test.hpp>

#include "algorithms/merging/matching/many_models.hpp"
#include "algorithms/merging/matching/synchronisation.hpp"
#include "tests/support/merging.hpp"

namespace echelon::merging {
namespace {

permutation_spec example_spec() {
  const auto made = testing::branching_cases()[0].compiled(precision::double_,
                                                           learning::math_mode::native);
  return derive_permutations(*(*made)->graph()).value();
}

/// Exact matchings between networks whose hidden common order is known.
struct planted_gauge {
  permutation_spec spec = example_spec();
  std::vector<unit_orders> truth;

  explicit planted_gauge(index networks) {
    random_stream random{3, "gauge"};
    for (index k = 0; k < networks; ++k)
      truth.push_back(random_orders(spec, random));
  }
  matched_pair pair(index left, index right) const {
    return {left, right, composed(truth[slot(right)], inverse(truth[slot(left)]))};
  }
  std::vector<matched_pair> all_pairs() const {
    std::vector<matched_pair> pairs;
    for (index right = 0; right < std::ssize(truth); ++right)
      for (index left = 0; left < right; ++left)
        pairs.push_back(pair(left, right));
    return pairs;
  }
  /// The hidden order, up to one permutation of all networks alike.
  bool is_found(const std::vector<unit_orders>& orders) const {
    const unit_orders gauge = composed(inverse(truth[0]), orders[0]);
    for (std::size_t k = 0; k < truth.size(); ++k)
      if (composed(truth[k], gauge) != orders[k])
        return false;
    return true;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(common_orders)

BOOST_AUTO_TEST_CASE(consistent_matchings_give_their_common_order) {
  const planted_gauge planted{5};
  const auto all = synchronised(planted.spec, 5, planted.all_pairs());
  BOOST_TEST(planted.is_found(*all));
  BOOST_TEST(agreement(*all, planted.all_pairs()) == 1);
  const std::vector<matched_pair> chain{planted.pair(3, 4), planted.pair(0, 2), planted.pair(2, 1),
                                        planted.pair(1, 3)};
  BOOST_TEST(planted.is_found(*synchronised(planted.spec, 5, chain)));
}

BOOST_AUTO_TEST_CASE(most_matchings_outvote_a_wrong_one_that_the_tree_follows) {
  const planted_gauge planted{6};
  auto pairs = planted.all_pairs();
  random_stream random{5, "wrong"};
  pairs[0].orders = random_orders(planted.spec, random);  // of networks 0 and 1
  const auto found = synchronised(planted.spec, 6, pairs);
  BOOST_TEST(planted.is_found(*found));
  BOOST_TEST(agreement(*found, pairs) < 1);
}

BOOST_AUTO_TEST_CASE(networks_that_nothing_leads_to_are_named) {
  const planted_gauge planted{4};
  BOOST_TEST(
      synchronised(planted.spec, 4, {planted.pair(0, 1), planted.pair(2, 3)}).error().detail ==
      "no chain of matchings leads from network 0 to network 2");
  BOOST_TEST(synchronised(planted.spec, 1, {})->size() == 1);
}

BOOST_AUTO_TEST_CASE(noisy_copies_of_one_model_are_brought_together_by_weights) {
  const auto made = testing::branching_cases()[0].compiled(precision::single,
                                                           learning::math_mode::native);
  const planted_gauge planted{4};
  const block model = testing::disturbed_state<float>(**made, 1);
  random_stream random{6, "noise"};
  std::vector<block> states;
  for (const unit_orders& truth : planted.truth) {
    block_builder noisy = testing::copy_of<float>(model);
    for (float& number : noisy.as<float>())
      number += static_cast<float>(0.02 * random.normal());
    states.push_back(permute(planted.spec, block::freeze(std::move(noisy)), inverse(truth)));
  }
  const auto found = match_many(planted.spec, states, random, learning::math_mode::portable);
  BOOST_TEST(planted.is_found(*found));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::merging
