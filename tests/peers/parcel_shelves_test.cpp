#include "actors/peers/parcel_shelf.hpp"

#include "tests/support/small_peers.hpp"

// What a peer waits for and what it goes on with, without any actor.
namespace echelon::tests {
namespace {

merging::parcel parcel_of(const block& model) { return {{model}, {}}; }

}  // namespace

BOOST_AUTO_TEST_SUITE(parcel_shelves)

BOOST_AUTO_TEST_CASE(an_edge_counts_once_both_ends_say_so) {
  const auto setup = peer_setup({.peers = 3, .policy = "average", .patience = seconds{1}});
  for (const bool told : {true, false}) {
    actors::parcel_shelf shelf{*setup.peers};
    shelf.open({4, setup.peers->network.row(0, 3), setup.peers->network.column(0, 3)});
    const block model = setup.model->initial_state(1);
    BOOST_TEST(!shelf.models_in());
    shelf.add(1, 4, parcel_of(model));
    shelf.add(2, 3, parcel_of(model));  // of an exchange before
    BOOST_TEST(!shelf.models_in());
    shelf.give_up();
    BOOST_TEST(shelf.models_in());
    BOOST_TEST(!shelf.verdicts_in());
    shelf.confirm(1, 4, told);
    BOOST_TEST(shelf.verdicts_in());
    const auto taken = shelf.take();
    BOOST_TEST(taken.arrived.size() == (told ? 1u : 0u));
    BOOST_TEST((taken.absent ==
                (told ? std::vector<echelon::index>{2} : std::vector<echelon::index>{1, 2})));
    double sum = taken.self;
    for (const auto& from : taken.arrived)
      sum += from.weight;
    BOOST_TEST(sum == 1, boost::test_tools::tolerance(1e-12));
  }
}

BOOST_AUTO_TEST_CASE(what_comes_early_is_there_when_its_exchange_opens) {
  const auto setup = peer_setup({.peers = 3});
  actors::parcel_shelf shelf{*setup.peers};
  const block model = setup.model->initial_state(1);
  shelf.open({1, setup.peers->network.row(0, 0), setup.peers->network.column(0, 0)});
  for (const echelon::index exchange : {1, 2})
    for (const echelon::index peer : {1, 2})
      shelf.add(peer, exchange, parcel_of(model));
  BOOST_TEST(shelf.models_in());
  BOOST_TEST(shelf.take().arrived.size() == 2u);
  shelf.open({2, setup.peers->network.row(0, 1), setup.peers->network.column(0, 1)});
  BOOST_TEST(shelf.models_in());
  BOOST_TEST(shelf.take().arrived.size() == 2u);
  shelf.open({3, setup.peers->network.row(0, 2), setup.peers->network.column(0, 2)});
  BOOST_TEST(!shelf.models_in());
  shelf.lose(1);
  shelf.refuse(2, 3);
  BOOST_TEST(shelf.models_in());
}

BOOST_AUTO_TEST_CASE(models_are_asked_for_one_after_another) {
  const auto setup = peer_setup({.graph = "full", .peers = 5, .policy = "average"});
  actors::parcel_shelf shelf{*setup.peers};
  const block model = setup.model->initial_state(1);
  using peers = std::vector<echelon::index>;
  shelf.open({2, setup.peers->network.row(2, 1), setup.peers->network.column(2, 1)});
  BOOST_TEST(!shelf.next());
  BOOST_TEST((shelf.to_be_asked() == peers{0}));
  BOOST_TEST(shelf.to_be_asked().empty());         // until that one is here and taken
  BOOST_TEST(!shelf.add(1, 2, parcel_of(model)));  // nobody asked
  BOOST_TEST(shelf.add(0, 2, parcel_of(model)));
  BOOST_TEST(shelf.to_be_asked().empty());
  BOOST_TEST(shelf.next()->peer == 0);
  BOOST_TEST((shelf.to_be_asked() == peers{1}));
  shelf.lose(1);
  BOOST_TEST(!shelf.add(1, 2, parcel_of(model)));  // what it sent before
  BOOST_TEST((shelf.to_be_asked() == peers{3}));
  shelf.refuse(3, 2);
  BOOST_TEST((shelf.to_be_asked() == peers{4}));
  shelf.regain(1, 3);
  BOOST_TEST(!shelf.models_in());
  BOOST_TEST(shelf.add(4, 2, parcel_of(model)));
  BOOST_TEST(shelf.next()->peer == 4);
  BOOST_TEST(shelf.models_in());
  const auto taken = shelf.take();
  BOOST_TEST(taken.arrived.empty());
  BOOST_TEST(taken.others == 1);
  BOOST_TEST((taken.absent == peers{1, 3}));
  const auto row = setup.peers->network.row(2, 1);
  BOOST_TEST(taken.self == row.self + 2 * row.others[0].weight,
             boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(those_who_are_there_may_share_the_weight_of_the_missing) {
  const auto setup = peer_setup(
      {.graph = "full", .peers = 3, .policy = "average", .absence = "renormalise"});
  actors::parcel_shelf shelf{*setup.peers};
  shelf.open({1, setup.peers->network.row(0, 0), setup.peers->network.column(0, 0)});
  shelf.lose(1);
  BOOST_TEST(shelf.to_be_asked().front() == 2);
  shelf.add(2, 1, parcel_of(setup.model->initial_state(1)));
  const double planned = shelf.next()->weight;
  const auto taken = shelf.take();
  BOOST_TEST(taken.others > 1);
  BOOST_TEST(taken.self + taken.others * planned == 1, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::tests
