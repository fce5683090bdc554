#include <cmath>

#include "actors/peers/peer_learner.hpp"
#include "tests/support/small_peers.hpp"

// What a peer makes of what comes, without any actor.
namespace echelon::tests {
namespace {

using actors::peer_learner;

actors::training_setup_ptr shared_setup(std::string policy) {
  return std::make_shared<const actors::training_setup>(
      peer_setup({.policy = std::move(policy), .settings = {}}));
}

block with_first(const block& model, float first) {
  block_builder changed = copy_of(model);
  changed.as<float>()[0] = first;
  return block::freeze(std::move(changed));
}

float first_of(const block& model) { return model.as<float>()[0]; }

merging::parcel parcel_of(const block& model) { return {{model}, {}}; }

}  // namespace

BOOST_AUTO_TEST_SUITE(peer_learners)

BOOST_AUTO_TEST_CASE(a_neighbour_that_sends_no_numbers_is_left_out_and_named) {
  peer_learner learner{shared_setup("average"), 0};
  const float own = first_of(learner.model());
  actors::harvest brought{.self = 0.5};
  brought.arrived.push_back({1, 0.25, parcel_of(with_first(learner.model(), NAN))});
  brought.arrived.push_back({3, 0.25, parcel_of(with_first(learner.model(), own + 4))});
  BOOST_REQUIRE(bool(learner.take_in(std::move(brought), 7, false)));
  BOOST_TEST(first_of(learner.model()) == own + 1, boost::test_tools::tolerance(1e-5f));
  const auto notes = learner.take_notes();
  BOOST_REQUIRE(notes.refused.size() == 1u);
  BOOST_TEST(notes.refused[0] == "peer/1 sent peer/0 numbers that are not finite in exchange 7");
  BOOST_TEST((notes.absent == std::vector<std::int32_t>{1}));
  BOOST_TEST(notes.missing == 0.25);
}

BOOST_AUTO_TEST_CASE(a_peer_that_hears_nobody_keeps_its_model) {
  for (const std::string_view rule : {"average", "dimat", "sync", "cdsgd", "d2"})
    BOOST_TEST_CONTEXT(rule) {
      peer_learner learner{shared_setup(std::string{rule}), 2};
      const block before = learner.model();
      BOOST_REQUIRE(bool(learner.take_in({.self = 1, .absent = {1, 3}, .missing = 0.5}, 1, false)));
      BOOST_TEST(learner.model().hash() == before.hash());
      BOOST_TEST((learner.take_notes().absent == std::vector<std::int32_t>{1, 3}));
    }
}

BOOST_AUTO_TEST_CASE(every_epoch_takes_every_sample_once_in_another_order) {
  const std::vector<echelon::index> rows{3, 1, 4, 15, 9, 26, 5};
  actors::epochs batches{rows, 3, 1, 0};
  BOOST_TEST(batches.steps_each() == 3);
  std::vector<std::vector<echelon::index>> orders;
  for (echelon::index epoch = 0; epoch < 3; ++epoch) {
    std::vector<echelon::index> order;
    for (echelon::index step = 0; step < 3; ++step)
      for (const echelon::index row : batches.rows(epoch * 3 + step))
        order.push_back(row);
    orders.push_back(order);
    std::ranges::sort(order);
    BOOST_TEST((order == std::vector<echelon::index>{1, 3, 4, 5, 9, 15, 26}));
  }
  BOOST_TEST((orders[0] != orders[1] && orders[1] != orders[2]));
  // The same step gives the same batch, whatever was asked before.
  actors::epochs again{rows, 3, 1, 0};
  const auto late = again.rows(7), late_of_first = batches.rows(7);
  BOOST_TEST(std::ranges::equal(late, late_of_first));
}

BOOST_AUTO_TEST_CASE(orders_go_along_a_tree_that_reaches_everybody) {
  const auto network = merging::make_network("ring", 7);
  const auto parents = actors::spanning_tree(network.all_links());
  BOOST_TEST(parents[0] == -1);
  for (std::size_t peer = 1; peer < parents.size(); ++peer) {
    echelon::index at = static_cast<echelon::index>(peer);
    for (int hops = 0; at != 0; ++hops) {
      BOOST_REQUIRE(hops < 7);
      BOOST_TEST(network.all_links().has({parents[slot(at)], at}));
      at = parents[slot(at)];
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::tests
