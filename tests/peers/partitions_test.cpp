#include "tests/support/small_peers.hpp"

// What a cut does to peers, and how fast they are one again.
namespace echelon::tests {
namespace {

constexpr index peers = 64, half = peers / 2;
constexpr index cut_first = 3, cut_last = 22;  ///< exchanges, and rounds, in which halves are cut

/// Each half has half of the classes, so that neither knows what the other one learns.
learning::partition by_halves(const learning::dataset& data) {
  learning::partition parts(slot(peers));
  index next[2] = {0, 0};
  for (index row = 0; row < data.count; ++row) {
    const index side = data.labels[slot(row)] < data.classes / 2 ? 0 : 1;
    parts[slot(side * half + next[side]++ % half)].push_back(row);
  }
  return parts;
}

finished_run train_halves(bool cut) {
  small_peers wanted{.graph = "torus",
                     .peers = peers,
                     .policy = "average",
                     .patience = seconds{1000},
                     .steps = 3,
                     .different_starts = false};
  wanted.training.model = "softmax";
  wanted.training.model_settings = {};
  wanted.training.rounds = 30;
  wanted.training.samples = 1500;
  wanted.training.delays = {{"worker", value_table{{"compute_shift_s", 1.0}}}};
  if (cut)
    wanted.drops = [](const actors::peer_sending& what) {
      return what.exchange >= cut_first && what.exchange <= cut_last &&
             (what.from < half) != (what.to < half);
    };
  auto setup = peer_setup(wanted);
  setup.parts = by_halves(*setup.data.train);
  return train(setup);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(partitions)

BOOST_AUTO_TEST_CASE(halves_that_were_cut_for_20_rounds_are_as_good_as_uncut_within_five) {
  const auto uncut = train_halves(false).rounds, cut = train_halves(true).rounds;
  const auto accuracy = [](const auto& rounds, index round) {
    return *rounds[slot(round - 1)].accuracy_after_merge;
  };
  for (index round = 1; round <= 30; ++round)
    BOOST_TEST_MESSAGE(round << ": " << accuracy(uncut, round) << " uncut, " << accuracy(cut, round)
                             << " cut");
  const auto apart = [](const auto& rounds) {
    return rounds[slot(cut_last - 1)].facts.at("disagreement");
  };
  BOOST_TEST(apart(cut) > apart(uncut));
  BOOST_TEST(accuracy(cut, cut_last + 5) > accuracy(uncut, cut_last + 5) - 0.02);
  for (index round = 1; round <= 30; ++round) {
    const bool whole = cut[slot(round - 1)].worth.kind == actors::certificate::outcome::exact;
    BOOST_TEST(whole == (round < cut_first || round > cut_last));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::tests
