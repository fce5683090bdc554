#include <boost/test/unit_test.hpp>

#include "actors/part_computer.hpp"
#include "actors/trainer.hpp"
#include "algorithms/coding/encoder.hpp"
#include "algorithms/coding/fixed_code.hpp"
#include "tests/support/small_training.hpp"

namespace echelon {
namespace {

/// The plain sum over all parts, in double, and the size that rounding is measured by.
struct plain_sum {
  std::vector<double> values;
  double scale = 0;
};

plain_sum sum_of(const std::vector<coding::contribution>& parts) {
  plain_sum sum;
  sum.values.resize(static_cast<std::size_t>(parts.front().values.size()));
  for (const auto& part : parts) {
    const auto values = part.values.as<float>();
    for (std::size_t i = 0; i < values.size(); ++i) {
      sum.values[i] += static_cast<double>(values[i]);
      sum.scale += static_cast<double>(values[i]) * static_cast<double>(values[i]);
    }
  }
  double norm = 0;
  for (const double value : sum.values)
    norm += value * value;
  sum.scale = std::sqrt(std::max(sum.scale, norm));
  return sum;
}

double distance(const plain_sum& expected, const block& decoded) {
  const auto values = decoded.as<float>();
  double square = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double gap = static_cast<double>(values[i]) - expected.values[i];
    square += gap * gap;
  }
  return std::sqrt(square);
}

/// What the first answers of a drawn order decode to.
coding::decoded_round decode_first(const actors::training_setup& setup,
                                   const std::vector<coding::contribution>& parts,
                                   random_stream& random) {
  coding::round_collector collector{setup.plan.root_code, parts.front().values.size(),
                                    precision::single};
  for (const index worker : permutation(random, setup.topology.workers())) {
    coding::encoder message{setup.plan.root_code->frame()};
    for (const auto& entry : setup.plan.work[static_cast<std::size_t>(worker)])
      message.add(entry, parts[static_cast<std::size_t>(entry.part)]);
    collector.add({worker}, message.finish());
    if (collector.decodable())
      break;
  }
  auto decoded = collector.decode();
  BOOST_REQUIRE(decoded.has_value());
  return *std::move(decoded);
}

/// Trains for some rounds; each decode is held against the plain sum at the same weights.
void follow(const std::string& policy, index stragglers) {
  auto setup = std::make_shared<const actors::training_setup>(
      tests::small_setup({.policy = policy,
                          .stragglers = stragglers,
                          .workers = 12,
                          .model = "mlp",
                          .model_settings = {{"hidden", value_list{16}}}}));
  actors::part_computer computer{setup, 1, false};
  actors::trainer weights{setup};
  random_stream random{7, policy};
  for (index round = 1; round <= 30; ++round) {
    std::vector<coding::contribution> parts;
    for (index part = 0; part < setup->plan.parts; ++part)
      parts.push_back(computer.compute(
          weights.state(), {.round = round, .rounds = setup->rounds, .outer = round}, part, 0));
    const auto expected = sum_of(parts);
    const auto decoded = decode_first(*setup, parts, random);

    BOOST_TEST(decoded.how.exact);
    BOOST_TEST(distance(expected, decoded.values) <=
               1e-6 * std::max(1.0, decoded.how.amplification) * expected.scale);
    BOOST_REQUIRE(weights.apply(decoded, 12 * 8, round).has_value());
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(exactness)

BOOST_AUTO_TEST_CASE(every_exact_code_decodes_each_round_to_the_plain_sum_at_the_same_weights) {
  index followed = 0;
  for (const std::string& policy : coding::codes().names())
    for (const index stragglers : {0, 1, 2, 3}) {
      const auto code = coding::codes().make(policy, value_table{}, "coding",
                                             coding::code_shape{12, 12, stragglers});
      if (!code || !(*code)->exact() ||
          dynamic_cast<const coding::fixed_code*>(code->get()) == nullptr)
        continue;
      BOOST_TEST_CONTEXT(policy << " with " << stragglers << " stragglers") {
        follow(policy, stragglers);
      }
      ++followed;
    }
  BOOST_TEST(followed >= 8);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon
