#pragma once

#include <algorithm>
#include <functional>
#include <numeric>
#include <span>
#include <vector>

#include "algorithms/base/random.hpp"
#include "algorithms/coding/encoder.hpp"
#include "algorithms/coding/encoding_matrix.hpp"
#include "algorithms/coding/gradient_code.hpp"
#include "algorithms/coding/round_collector.hpp"

namespace echelon::coding {

inline result<gradient_code_ptr> make_code(std::string_view name, const code_shape& shape) {
  return codes().make(name, value_table{}, "coding", shape);
}

/// What a sender computes in its row, in order.
inline std::vector<index> parts_of(const gradient_code& code, index sender) {
  std::vector<index> parts;
  for (const coded_part& entry : code.work(sender))
    parts.push_back(entry.part);
  return parts;
}

/// Everybody but `absent` senders drawn at random, ascending.
inline std::vector<index> random_arrivals(random_stream& random, index senders, index absent) {
  auto arrived = sample_without_replacement(random, senders, senders - absent);
  std::ranges::sort(arrived);
  return arrived;
}

/// The members of the set whose bits are `bits`.
inline std::vector<index> subset(index senders, index bits) {
  std::vector<index> members;
  for (index sender = 0; sender < senders; ++sender)
    if ((bits >> sender) & 1)
      members.push_back(sender);
  return members;
}

/// The rows of the encoding matrix that one sender's message consists of.
inline auto rows_of(const gradient_code& code, const matrix& encoding, index sender) {
  return encoding.middleRows(sender * code.frame().stacks, code.frame().stacks);
}

/// How one answer enters the sum: a row for every block of the gradient, a column for every stack.
inline matrix weights_of(const gradient_code& code, const decoding& how, std::size_t answer) {
  const auto [cuts, stacks] = code.frame();
  return Eigen::Map<const matrix>{how.weights.data() + static_cast<index>(answer) * cuts * stacks,
                                  cuts, stacks};
}

/// a B: what every block of the decoded sum contains of every block of every part.
inline matrix coefficients(const gradient_code& code, const matrix& encoding,
                           const std::vector<index>& arrived, const decoding& how) {
  matrix sum = matrix::Zero(code.frame().cuts, encoding.cols());
  for (std::size_t i = 0; i < arrived.size(); ++i)
    sum += weights_of(code, how, i) * rows_of(code, encoding, arrived[i]);
  return sum;
}

/// What a B should be: every block of the sum takes that block of every part once.
inline matrix plain_sum(const gradient_code& code) {
  const index cuts = code.frame().cuts;
  return matrix::Identity(cuts, cuts).replicate(1, code.shape().parts);
}

/// The senders that have something to compute.
inline std::vector<index> busy_senders(const gradient_code& code) {
  std::vector<index> busy;
  for (index sender = 0; sender < code.shape().senders; ++sender)
    if (!code.work(sender).empty())
      busy.push_back(sender);
  return busy;
}

/// Gradients, losses and samples of parts, drawn at random.
template <class Scalar>
std::vector<contribution> draw_parts(random_stream& random, index dimension, index parts) {
  std::vector<contribution> drawn;
  for (index part = 0; part < parts; ++part) {
    block_builder values{dimension, precision_of<Scalar>};
    for (Scalar& number : values.as<Scalar>())
      number = static_cast<Scalar>(random.normal());
    drawn.push_back({block::freeze(std::move(values)), random.uniform(),
                     static_cast<double>(1 + random.below(50))});
  }
  return drawn;
}

/// The answer of one sender to task 0.
inline contribution message(const gradient_code& code, index sender,
                            std::span<const contribution> parts) {
  encoder sum{code.frame()};
  for (const coded_part& entry : code.work(sender))
    sum.add(entry, parts[static_cast<std::size_t>(entry.part)]);
  return sum.finish();
}

/// The distance of a decoded round from the sum over all parts, relative to that sum's norm; loss
/// and samples are counted like two more values.
template <class Scalar>
double relative_error(const decoded_round& decoded, std::span<const contribution> parts) {
  vector expected = vector::Zero(decoded.values.size() + 2);
  vector actual(expected.size());
  for (const contribution& part : parts) {
    std::ranges::transform(part.values.as<Scalar>(), expected, expected.begin(),
                           std::plus<double>{});
    expected.tail<2>() += Eigen::Vector2d{part.loss, part.samples};
  }
  std::ranges::copy(decoded.values.as<Scalar>(), actual.begin());
  actual.tail<2>() << decoded.loss, decoded.samples;
  return (actual - expected).norm() / expected.norm();
}

}  // namespace echelon::coding
