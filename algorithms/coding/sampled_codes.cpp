#include "algorithms/coding/sampled_codes.hpp"

#include <algorithm>

#include "algorithms/base/random.hpp"
#include "algorithms/coding/linear_code.hpp"
#include "algorithms/coding/shape_rules.hpp"

namespace echelon::coding {
namespace {

constexpr index graph_draws = 8;
constexpr index iterations = 60;

parameter copies_parameter() {
  return {.name = "copies",
          .kind = value_kind::number,
          .fallback = std::nullopt,
          .summary = "expected number of senders that hold a part (default: s + 1)",
          .least = 1};
}

parameter seed_parameter() {
  return {.name = "seed",
          .kind = value_kind::integer,
          .fallback = value{0},
          .summary = "of the drawn placement",
          .least = 0};
}

result<double> chosen_copies(const parameters& given, const code_shape& shape) {
  const double copies = given.has("copies") ? given.number("copies")
                                            : static_cast<double>(shape.stragglers + 1);
  if (copies > static_cast<double>(shape.senders))
    return given.refuse("copies",
                        "{} senders cannot hold {} copies of a part; it must be at most {}",
                        shape.senders, copies, shape.senders);
  return copies;
}

random_stream placement_stream(const parameters& given, std::string_view purpose, index draw = 0) {
  return {static_cast<std::uint64_t>(given.integer("seed")), purpose, slot(draw)};
}

/// Ones where a draw says so; a part that nobody drew goes to a sender drawn for it.
template <class Probability>
block_rows draw_rows(const code_shape& shape, random_stream& random, Probability probability) {
  block_rows drawn{matrix::Zero(shape.senders, shape.parts),
                   std::vector<index>(slot(shape.parts), 1)};
  for (index part = 0; part < shape.parts; ++part) {
    for (index sender = 0; sender < shape.senders; ++sender)
      if (random.bernoulli(probability(sender, part)))
        drawn.rows(sender, part) = 1;
    if (drawn.rows.col(part).isZero())
      drawn.rows(random.below(shape.senders), part) = 1;
  }
  return drawn;
}

/// A sum of permutation matrices that have no entry in common: every row and column holds `degree`
/// ones. An entry in common is exchanged with another's; there is always one that fits as long as
/// degree <= N/2, and a graph of higher degree is the complement of one of lower.
matrix regular_graph(random_stream& random, index senders, index degree) {
  if (2 * degree > senders)
    return matrix::Ones(senders, senders) - regular_graph(random, senders, senders - degree);
  matrix graph = matrix::Zero(senders, senders);
  for (index layer = 0; layer < degree; ++layer) {
    auto chosen = permutation(random, senders);
    for (index sender = 0; sender < senders; ++sender)
      while (graph(sender, chosen[slot(sender)]) != 0) {
        const index other = random.below(senders);
        if (graph(sender, chosen[slot(other)]) == 0 && graph(other, chosen[slot(sender)]) == 0)
          std::swap(chosen[slot(sender)], chosen[slot(other)]);
      }
    for (index sender = 0; sender < senders; ++sender)
      graph(sender, chosen[slot(sender)]) = 1;
  }
  return graph;
}

/// The second singular value of a regular graph's matrix, from below: power iteration beside the
/// first, whose vectors are constant.
double second_singular_value(const matrix& graph, random_stream& random) {
  vector along(graph.cols());
  for (double& number : along)
    number = random.normal();
  double value = 0;
  for (index iteration = 0; iteration < iterations; ++iteration) {
    along.array() -= along.mean();
    if (along.isZero())
      return 0;
    along.normalize();
    const vector image = graph * along;
    value = image.norm();
    along = graph.transpose() * image;
  }
  return value;
}

}  // namespace

std::vector<parameter> bernoulli_code::declared() {
  return {copies_parameter(), decoding_parameter("optimal"), seed_parameter()};
}

result<gradient_code_ptr> bernoulli_code::make(const parameters& given, const code_shape& shape) {
  ECHELON_CHECK(check_shape(given, shape));
  ECHELON_TRY(const double copies, chosen_copies(given, shape));
  auto random = placement_stream(given, "coding.bernoulli");
  const double probability = copies / static_cast<double>(shape.senders);
  auto drawn = draw_rows(shape, random, [probability](index, index) { return probability; });
  return std::make_shared<linear_code>(name, shape, std::move(drawn), chosen_decoding(given),
                                       false);
}

std::vector<parameter> stochastic_block::declared() {
  return {copies_parameter(),
          {.name = "communities",
           .kind = value_kind::integer,
           .fallback = value{2},
           .summary = "runs of senders, each with its share of the parts",
           .least = 1},
          {.name = "inside",
           .kind = value_kind::number,
           .fallback = value{0.8},
           .summary = "expected share of a part's copies within its own community",
           .least = 0,
           .most = 1},
          decoding_parameter("optimal"),
          seed_parameter()};
}

result<gradient_code_ptr> stochastic_block::make(const parameters& given, const code_shape& shape) {
  ECHELON_CHECK(check_shape(given, shape));
  ECHELON_TRY(const double copies, chosen_copies(given, shape));
  const index communities = given.integer("communities");
  const index most = std::min(shape.senders, shape.parts);
  if (communities > most)
    return given.refuse("communities",
                        "{} senders and {} parts do not fill {} communities; it must "
                        "be at most {}",
                        shape.senders, shape.parts, communities, most);
  const double inside = communities == 1 ? 1.0 : given.number("inside");
  auto random = placement_stream(given, "coding.stochastic-block");
  const auto community = [communities](index position, index count) {
    return position * communities / count;
  };
  const auto probability = [&](index sender, index part) {
    const index own = community(part, shape.parts);
    index members = 0;
    for (index other = 0; other < shape.senders; ++other)
      members += community(other, shape.senders) == own;
    const bool same = community(sender, shape.senders) == own;
    const double share = same ? inside : 1 - inside;
    return std::min(1.0,
                    copies * share / static_cast<double>(same ? members : shape.senders - members));
  };
  return std::make_shared<linear_code>(name, shape, draw_rows(shape, random, probability),
                                       chosen_decoding(given), false);
}

std::vector<parameter> expander::declared() {
  auto copies = copies_parameter();
  copies.kind = value_kind::integer;
  copies.summary = "senders that hold a part, and blocks that a sender holds (default: s + 1)";
  return {copies, decoding_parameter("one-step"), seed_parameter()};
}

result<gradient_code_ptr> expander::make(const parameters& given, const code_shape& shape) {
  ECHELON_CHECK(check_part_per_sender(given, shape));
  ECHELON_CHECK(check_whole_blocks(given, shape));
  const index degree = given.has("copies") ? given.integer("copies") : shape.stragglers + 1;
  if (degree > shape.senders)
    return given.refuse("copies",
                        "{} senders cannot hold {} copies of a part; it must be at most {}",
                        shape.senders, degree, shape.senders);
  matrix best;
  double least = 0;
  for (index draw = 0; draw < graph_draws; ++draw) {
    auto random = placement_stream(given, "coding.expander", draw);
    matrix graph = regular_graph(random, shape.senders, degree) / static_cast<double>(degree);
    const double second = second_singular_value(graph, random);
    if (draw == 0 || second < least) {
      least = second;
      best = std::move(graph);
    }
  }
  block_rows encoding{std::move(best),
                      std::vector<index>(slot(shape.senders), shape.parts / shape.senders)};
  return std::make_shared<linear_code>(name, shape, std::move(encoding), chosen_decoding(given),
                                       false);
}

}  // namespace echelon::coding
