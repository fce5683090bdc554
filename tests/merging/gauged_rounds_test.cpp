#include <boost/test/unit_test.hpp>

#include "algorithms/learning/optimiser.hpp"
#include "algorithms/merging/mixing/vector_sum.hpp"
#include "algorithms/merging/rules/merge_rule.hpp"
#include "tests/support/merging.hpp"

// The order in which peers number their units matters to no round of merging and training.
namespace echelon::merging {
namespace {

using testing::network_case;

constexpr index peers = 3, steps = 3, batch = 40;
constexpr double rate = 1e-3;

/// Peers that all hear each other, merge by matching and train by Adam on the same batches.
class small_world {
public:
  explicit small_world(const network_case& one)
      : network_(one.compiled(precision::double_, learning::math_mode::native).value()),
        spec_(derive_permutations(*network_->graph()).value()),
        data_(testing::random_samples(one.input, peers * batch, one.classes, 3)),
        rows_(testing::all_rows(data_)), scratch_(network_->make_workspace()) {}

  std::vector<block> starts() const {
    std::vector<block> models;
    for (index peer = 0; peer < peers; ++peer)
      models.push_back(
          testing::disturbed_state<double>(*network_, static_cast<std::uint64_t>(peer) + 1));
    return models;
  }
  /// Each in an order of its own.
  std::vector<block> renumbered(const std::vector<block>& models) const {
    std::vector<block> turned;
    for (index peer = 0; peer < peers; ++peer) {
      random_stream random{7, "tests.gauge", static_cast<std::uint64_t>(peer)};
      turned.push_back(permute(spec_, models[slot(peer)], random_orders(spec_, random)));
    }
    return turned;
  }
  std::vector<block> after_rounds(std::vector<block> models, index rounds) const {
    for (index round = 1; round <= rounds; ++round) {
      const std::vector<block> snapshot = models;
      for (index peer = 0; peer < peers; ++peer)
        models[slot(peer)] = trained(merged(snapshot, peer, round), peer);
    }
    return models;
  }
  double difference(const block& a, const block& b) const {
    double worst = 0;
    for (index i = 0; i < a.size(); ++i)
      worst = std::max(worst, std::abs(a.as<double>()[slot(i)] - b.as<double>()[slot(i)]));
    return worst;
  }

private:
  block merged(const std::vector<block>& models, index peer, index round) const {
    const auto content = [&](index who, double weight) {
      return peer_model{who, weight, models[slot(who)], spec_.hash};
    };
    merge_task task{.network = *network_,
                    .spec = spec_,
                    .own = content(peer, 0.5),
                    .others = {},
                    .peers = peers,
                    .calibration = {&data_, rows_},
                    .seed = 4,
                    .round = static_cast<std::uint64_t>(round)};
    for (index other = 0; other < peers; ++other)
      if (other != peer)
        task.others.push_back(content(other, 0.25));
    return merge_rules().make("dimat", {}, "merging").value()->merge(task).value().state;
  }
  block trained(const block& start, index peer) const {
    const auto adam = learning::optimisers().make("adam", {}, "optimizer").value();
    const index parameters = network_->parameter_count();
    auto memory = learning::fresh_state(*adam, parameters, precision::double_);
    const std::span<const index> own = std::span{rows_}.subspan(slot(peer * batch), slot(batch));
    block now = start;
    for (index step = 0; step < steps; ++step) {
      block_builder sums{now.size(), now.kind()};
      const auto seen = network_->gradient(now, {&data_, own}, {1, "unused"}, sums, *scratch_);
      const double share = 1 / static_cast<double>(seen.samples);
      block_builder gradient{parameters, now.kind(), contents::unset};
      assign_sum(gradient, {0, parameters}, {{share, sums}});
      block_builder next = copy_of(now);
      const double momentum = network_->buffer_momentum();
      assign_sum(next, {parameters, next.size()}, {{1 - momentum, next}, {momentum * share, sums}});
      adam->step(next, gradient, rate, memory);
      now = block::freeze(std::move(next));
    }
    return now;
  }

  learning::model_ptr network_;
  permutation_spec spec_;
  learning::dataset data_;
  std::vector<index> rows_;
  std::unique_ptr<learning::workspace> scratch_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(gauged_rounds)

BOOST_AUTO_TEST_CASE(renumbered_units_stay_renumbered_through_merges_and_training) {
  for (const network_case& one : testing::branching_cases()) {
    if (one.name != "pre-activation residual" && one.name != "dense concatenation" &&
        one.name != "depthwise block with a multiplier and a skip")
      continue;
    const small_world world{one};
    const auto starts = world.starts();
    const auto plain = world.renumbered(world.after_rounds(starts, 2));
    const auto gauged = world.after_rounds(world.renumbered(starts), 2);
    BOOST_TEST_CONTEXT(one.name)
    for (std::size_t peer = 0; peer < plain.size(); ++peer) {
      BOOST_TEST(world.difference(plain[peer], gauged[peer]) <= 1e-7);
      BOOST_TEST(world.difference(plain[peer], starts[peer]) > 1e-2);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::merging
