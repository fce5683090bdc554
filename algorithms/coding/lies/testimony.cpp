#include "algorithms/coding/lies/testimony.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <numbers>

#include "algorithms/base/hash.hpp"
#include "algorithms/base/random.hpp"
#include "algorithms/coding/encoding_matrix.hpp"

namespace echelon::coding {
namespace {

constexpr index tile = 1024;

random_stream unforeseen(std::span<const contribution> messages) {
  std::uint64_t all = 0;
  for (const contribution& message : messages) {
    all = hash_combine(all, message.values.hash());
    all = hash_combine(all, std::bit_cast<std::uint64_t>(message.loss));
    all = hash_combine(all, std::bit_cast<std::uint64_t>(message.samples));
  }
  return {all, "coding.lies"};
}

/// Uniform numbers of mean 0 and variance 1 on a grid of 2^16, four from one draw.
void draw(random_stream& random, matrix& projections) {
  static_assert(sketch_width == 4);
  constexpr double step = 2 * std::numbers::sqrt3 / 65536;
  for (index column = 0; column < projections.cols(); ++column) {
    std::uint64_t bits = random();
    for (index row = 0; row < sketch_width; ++row, bits >>= 16)
      projections(row, column) = step * (static_cast<double>(bits & 0xffff) - 32767.5);
  }
}

/// Row by row of the messages: each stack's projections, and the size of the whole message.
template <class Scalar>
told_numbers project(std::span<const contribution> messages, index stacks, random_stream random) {
  const index length = messages.front().values.size() / stacks;
  const index rows = std::ssize(messages) * stacks;
  told_numbers told{matrix::Zero(rows, sketch_width), vector::Zero(rows)};
  matrix projections(sketch_width, tile);
  for (index first = 0; first < length; first += tile) {
    const index count = std::min(tile, length - first);
    draw(random, projections);
    for (index row = 0; row < rows; ++row) {
      const auto values = messages[slot(row / stacks)].values.as<Scalar>();
      const Eigen::Map<const Eigen::VectorX<Scalar>> piece{
          values.data() + (row % stacks) * length + first, count};
      const vector wide = piece.template cast<double>();
      told.numbers.row(row) += projections.leftCols(count) * wide;
      told.sizes[row] += wide.squaredNorm();
    }
  }
  for (index message = 0; message < std::ssize(messages); ++message)
    told.sizes.segment(message * stacks, stacks)
        .setConstant(std::sqrt(told.sizes.segment(message * stacks, stacks).sum()));
  return told;
}

/// Loss and samples; of a complex code they are the two parts of one number.
std::vector<told_numbers> scalars_of(std::span<const contribution> messages, index stacks) {
  const index rows = std::ssize(messages) * stacks;
  const std::size_t columns = stacks == 2 ? 1 : 2;
  std::vector<told_numbers> told(columns, {matrix::Zero(rows, 1), vector::Zero(rows)});
  for (index row = 0; row < rows; ++row) {
    const contribution& message = messages[slot(row / stacks)];
    const std::array said{message.loss, message.samples};
    for (std::size_t column = 0; column < columns; ++column) {
      const double number = said[stacks == 2 ? slot(row % 2) : column];
      told[column].numbers(row, 0) = number;
      told[column].sizes[row] = stacks == 2 ? std::hypot(said[0], said[1]) : std::abs(number);
    }
  }
  return told;
}

}  // namespace

testimony testimony_of(const gradient_code& code, std::span<const index> senders,
                       std::span<const contribution> messages) {
  const index stacks = code.frame().stacks;
  expects(senders.size() == messages.size() && (stacks == 1 || stacks == 2));
  testimony said;
  if (messages.empty())
    return said;
  const matrix encoding = encoding_matrix(code);
  said.rows.resize(std::ssize(senders) * stacks, encoding.cols());
  for (index i = 0; i < std::ssize(senders); ++i) {
    said.rows.middleRows(i * stacks, stacks) = encoding.middleRows(senders[slot(i)] * stacks,
                                                                   stacks);
    said.senders.insert(said.senders.end(), slot(stacks), senders[slot(i)]);
  }
  said.told = scalars_of(messages, stacks);
  const block& first = messages.front().values;
  if (!first.empty())
    said.told.push_back(with_scalar(first.kind(), [&]<class Scalar>(Scalar) {
      return project<Scalar>(messages, stacks, unforeseen(messages));
    }));
  return said;
}

lie_findings find_lies(const round_collector& round, double threshold) {
  if (round.code().reacts())
    return {};
  std::vector<index> senders;
  std::vector<contribution> messages;
  for (const answer_id id : round.arrived()) {
    const contribution& answer = round.answer(id);
    senders.push_back(id.sender);
    messages.push_back({round.values_of(id), answer.loss, answer.samples});
  }
  return find_lies(testimony_of(round.code(), senders, messages), threshold);
}

}  // namespace echelon::coding
