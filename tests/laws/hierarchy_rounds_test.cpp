#include <cmath>

#include <boost/test/unit_test.hpp>

#include "algorithms/coding/encoder.hpp"
#include "tests/support/codes.hpp"
#include "tests/support/hierarchies.hpp"

// Float gradients through all layers of a hierarchy, encoded and decoded as in a run.

namespace echelon::coding {
namespace {

/// The gradients of all parts, as floats.
struct float_parts {
  float_parts(random_stream& random, index dimension, index parts) : sum(vector::Zero(dimension)) {
    for (index part = 0; part < parts; ++part) {
      block_builder values{dimension, precision::single};
      for (float& number : values.as<float>())
        number = static_cast<float>(random.normal());
      gradients.push_back({block::freeze(std::move(values)), 1, 1});
      const auto held = gradients.back().values.as<float>();
      for (index i = 0; i < dimension; ++i)
        sum[i] += static_cast<double>(held[slot(i)]);
    }
  }

  std::vector<contribution> gradients;
  vector sum;
};

contribution message(const std::vector<coded_part>& row, const float_parts& parts) {
  encoder encoding;
  for (const coded_part& entry : row)
    encoding.add(entry, parts.gradients[slot(entry.part)]);
  return encoding.finish();
}

/// What a node sends up when so many of its children are absent, at random.
class tree_decoder {
public:
  tree_decoder(const work_plan& made, const tree& topology, const float_parts& parts,
               random_stream& random)
      : made_(made), topology_(topology), parts_(parts), random_(random) {}

  decoded_round decode(node_id node) {
    const auto& code = node.kind == role::edge ? made_.edge_codes[slot(node.number)]
                                               : made_.root_code;
    const auto children = topology_.children(node);
    const index dimension = parts_.sum.size();
    round_collector collector{code, dimension, precision::single};
    for (const index child :
         random_arrivals(random_, std::ssize(children), code->shape().stragglers))
      collector.add({child}, answer(children[slot(child)]));
    auto decoded = collector.decode();
    BOOST_REQUIRE(decoded);
    return *std::move(decoded);
  }

private:
  contribution answer(node_id child) {
    if (child.kind == role::worker)
      return message(made_.work[slot(child.number)], parts_);
    const decoded_round below = decode(child);
    return {below.values, below.loss, below.samples};
  }

  const work_plan& made_;
  const tree& topology_;
  const float_parts& parts_;
  random_stream& random_;
};

double relative_error(const decoded_round& decoded, const vector& expected) {
  double squares = 0;
  const auto values = decoded.values.as<float>();
  for (index i = 0; i < expected.size(); ++i)
    squares += std::pow(static_cast<double>(values[slot(i)]) - expected[i], 2);
  return std::sqrt(squares) / expected.norm();
}

/// The root of a tree.
constexpr node_id root{role::coordinator, 0};

/// Encodes, decodes at random edges and at the root, and compares with the sum in double.
void check_end_to_end(const tree& topology, const plan_choice& choice, random_stream& random) {
  const auto made = make_plan(topology, codes(), choice);
  BOOST_REQUIRE_MESSAGE(made, (made ? "" : made.error().detail));
  const float_parts parts{random, 40, made->parts};
  const auto decoded = tree_decoder{*made, topology, parts, random}.decode(root);
  BOOST_TEST(relative_error(decoded, parts.sum) < 1e-5);
  BOOST_TEST(std::abs(decoded.samples / static_cast<double>(made->parts) - 1) < 1e-5);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hierarchy_rounds)

BOOST_AUTO_TEST_CASE(floats_survive_two_layers) {
  random_stream random{1, "hierarchy"};
  for (const hierarchy_case& tried :
       {hierarchy_case{{20, 20, 20, 20, 20, 20, 20, 20, 20, 20}, 3, 3},
        hierarchy_case{{4, 6, 8, 10, 12}, 2, 3}, hierarchy_case{{2, 3, 5}, 1, 1},
        hierarchy_case{{10, 10, 10, 10}, 1, 3}, hierarchy_case{{4, 5, 9, 11, 14, 17, 20}, 3, 2}})
    for (int repeat = 0; repeat < 5; ++repeat)
      BOOST_TEST_CONTEXT(described(tried)) {
        check_end_to_end(tried.topology(), tried.choice("polynomial", 0), random);
        check_end_to_end(tried.topology(), tried.choice("frc", 0), random);
      }
}

BOOST_AUTO_TEST_CASE(floats_survive_three_layers_of_different_codes) {
  random_stream random{2, "hierarchy"};
  const value_list pairs{value_list{4, 5, 6}, value_list{5, 5, 5}, value_list{3, 6, 9, 4}};
  const tree topology = tree::from_edges(pairs).value();
  for (const std::vector<std::string>& layers :
       {std::vector<std::string>{"polynomial", "polynomial", "polynomial"},
        {"polynomial", "frc", "polynomial"},
        {"uncoded", "polynomial", "frc"}})
    for (int repeat = 0; repeat < 5; ++repeat)
      check_end_to_end(topology,
                       {.policy = "hierarchical",
                        .layers = layers,
                        .edge_stragglers = {layers.front() == "uncoded" ? 0 : 1, 1},
                        .worker_stragglers = {2}},
                       random);
}

BOOST_AUTO_TEST_CASE(without_stragglers_a_hierarchy_is_plain_summation_bit_for_bit) {
  random_stream random{4, "hierarchy"};
  const hierarchy_case tried{{3, 4, 5}, 0, 0};
  for (const std::string layer : {"polynomial", "frc", "uncoded"}) {
    const auto made = plan(tried, layer, 30).value();
    const float_parts parts{random, 50, made.parts};
    std::vector<float> expected(50, 0.0F);
    index worker = 0;
    for (const index workers : tried.workers) {
      std::vector<float> edge_sum(50, 0.0F);
      for (const index last = worker + workers; worker < last; ++worker) {
        std::vector<float> worker_sum(50, 0.0F);
        for (const coded_part& entry : made.work[slot(worker)])
          std::ranges::transform(worker_sum, parts.gradients[slot(entry.part)].values.as<float>(),
                                 worker_sum.begin(), std::plus{});
        std::ranges::transform(edge_sum, worker_sum, edge_sum.begin(), std::plus{});
      }
      std::ranges::transform(expected, edge_sum, expected.begin(), std::plus{});
    }
    const tree topology = tried.topology();
    const auto decoded = tree_decoder{made, topology, parts, random}.decode(root);
    BOOST_TEST(std::ranges::equal(decoded.values.as<float>(), expected));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::coding
