#include "tests/support/peer_scenarios.hpp"
#include "tests/support/small_training.hpp"

// What a cut does to peers, and how fast they are one again.
namespace echelon::tests {
namespace {

constexpr index peers = 64, half = peers / 2;
constexpr index cut_first = 3, cut_last = 22;  ///< rounds in which halves are cut

/// Rounds take ten seconds while nobody waits for those who are cut off, which is known at once.
constexpr std::string_view torus = R"(
[scenario]
rounds = 30
[cluster]
peer_timeout_s = 0.1
[data]
source = "glyphs"
samples = 1500
[model]
kind = "softmax"
[optimizer]
rate = 0.1
batch = 8
[topology]
kind = "peers"
peers = 64
graph = "torus"
[merging]
policy = "cdsgd"
every_steps = 10
patience_s = 1000
[delays]
model = "shifted-exponential"
worker = { compute_shift_s = 1, compute_rate_per_s = 1e9 }
)";
constexpr std::string_view cut = R"(
[[faults]]
kind = "partition"
link = "peer/0..31"
at_round = 3
for_s = 199.5
)";

/// Each half has few samples of the other's classes, so that neither learns well what that knows.
learning::partition by_halves(const learning::dataset& data) {
  learning::partition parts(slot(peers));
  index next[2] = {0, 0};
  for (index row = 0; row < data.count; ++row) {
    const index own = data.labels[slot(row)] < data.classes / 2 ? 0 : 1;
    const index side = row % 4 == 0 ? 1 - own : own;
    parts[slot(side * half + next[side]++ % half)].push_back(row);
  }
  return parts;
}

finished_run train_halves(const std::string& faults) {
  auto setup = *made_from(std::string{torus} + faults);
  setup.parts = by_halves(*setup.data.train);
  return train(setup);
}

double accuracy(const finished_run& run, index round) {
  return *run.rounds[slot(round - 1)].accuracy_after_train;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(partitions)

BOOST_AUTO_TEST_CASE(halves_that_were_cut_for_20_rounds_are_as_good_as_uncut_within_five) {
  const auto whole = train_halves(""), halved = train_halves(std::string{cut});
  for (index round = 1; round <= 30; ++round)
    BOOST_TEST_MESSAGE(round << ": " << accuracy(whole, round) << " uncut, "
                             << accuracy(halved, round) << " cut, at "
                             << halved.rounds[slot(round - 1)].time_s << " s");
  // It hurts while it lasts: of what only the other half knows, neither knows anything.
  BOOST_TEST(accuracy(halved, cut_last - 1) < accuracy(whole, cut_last - 1) - 0.08);
  BOOST_TEST(accuracy(halved, cut_last + 5) > accuracy(whole, cut_last + 5) - 0.02);
  for (index round = 1; round <= 30; ++round) {
    const bool exact = halved.rounds[slot(round - 1)].worth.kind ==
                       actors::certificate::outcome::exact;
    BOOST_TEST(exact == (round < cut_first || round > cut_last));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::tests
