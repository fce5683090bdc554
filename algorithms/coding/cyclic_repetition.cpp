#include "algorithms/coding/cyclic_repetition.hpp"

#include <Eigen/QR>

#include "algorithms/base/random.hpp"
#include "algorithms/coding/linear_code.hpp"
#include "algorithms/coding/shape_rules.hpp"

namespace echelon::coding {
namespace {

/// Draws cost their decodes: large codes get one.
constexpr index draws_of_small = 8;
constexpr index small_max = 24;

/// s rows of normal numbers that each add up to 0.
matrix null_space_of_ones(random_stream& random, index stragglers, index senders) {
  matrix drawn(stragglers, senders);
  for (double& number : drawn.leftCols(senders - 1).reshaped())
    number = random.normal();
  drawn.col(senders - 1) = -drawn.leftCols(senders - 1).rowwise().sum();
  return drawn;
}

matrix draw_rows(random_stream& random, index stragglers, index senders) {
  const matrix null = null_space_of_ones(random, stragglers, senders);
  matrix rows = matrix::Zero(senders, senders);
  for (index sender = 0; sender < senders; ++sender) {
    std::vector<index> others;
    for (index ahead = 1; ahead <= stragglers; ++ahead)
      others.push_back((sender + ahead) % senders);
    rows(sender, sender) = 1;
    if (stragglers == 0)
      continue;
    const matrix held = null(Eigen::all, others);
    const vector own = -null.col(sender);
    const vector solved = held.colPivHouseholderQr().solve(own);
    for (index i = 0; i < stragglers; ++i)
      rows(sender, others[slot(i)]) = solved[i];
  }
  return rows;
}

}  // namespace

std::vector<parameter> cyclic_repetition::declared() {
  return {{.name = "seed",
           .kind = value_kind::integer,
           .fallback = value{0},
           .summary = "of the random coefficients",
           .least = 0}};
}

result<gradient_code_ptr> cyclic_repetition::make(const parameters& given,
                                                  const code_shape& shape) {
  ECHELON_CHECK(check_part_per_sender(given, shape));
  ECHELON_CHECK(check_whole_blocks(given, shape));
  const std::vector<index> sizes(slot(shape.senders), shape.parts / shape.senders);
  std::shared_ptr<const linear_code> best;
  for (index draw = 0; draw < (shape.senders <= small_max ? draws_of_small : 1); ++draw) {
    random_stream random{static_cast<std::uint64_t>(given.integer("seed")),
                         "coding.cyclic-repetition", slot(draw)};
    auto code = std::make_shared<const linear_code>(
        name, shape, block_rows{draw_rows(random, shape.stragglers, shape.senders), sizes},
        row_decoding::optimal, true);
    if (!best || code->amplification_worst() < best->amplification_worst())
      best = std::move(code);
  }
  ECHELON_CHECK(check_amplification(given, shape, best->amplification_worst()));
  return best;
}

}  // namespace echelon::coding
