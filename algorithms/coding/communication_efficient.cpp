#include "algorithms/coding/communication_efficient.hpp"

#include <algorithm>

#include <Eigen/QR>

#include "algorithms/base/random.hpp"
#include "algorithms/coding/absence_patterns.hpp"
#include "algorithms/coding/arrival_count.hpp"
#include "algorithms/coding/node_search.hpp"
#include "algorithms/coding/polynomial_code.hpp"
#include "algorithms/coding/shape_rules.hpp"

namespace echelon::coding {
namespace {

constexpr index attempts = 12;
constexpr index patterns_max = 500;
constexpr index pattern_samples = 100;
constexpr double coefficient_error_max = 1e-6;

using complex = std::complex<double>;
using complex_matrix = Eigen::Matrix<complex, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using complex_vector = Eigen::VectorXcd;

/// Powers first ... last-1 of the given N-th roots of unity, orthonormal.
complex_matrix powers(std::span<const index> points, index first, index last) {
  const index count = std::ssize(points);
  const auto roots = unit_roots(count);
  complex_matrix values(count, last - first);
  for (index i = 0; i < count; ++i)
    for (index degree = first; degree < last; ++degree)
      values(i, degree - first) = roots[slot(degree * points[slot(i)] % count)];
  return values / std::sqrt(static_cast<double>(count));
}

/// Columns that are orthonormal, drawn at random.
complex_matrix random_directions(index rows, index columns, index attempt) {
  random_stream random{0, "coding.communication-efficient", slot(rows), slot(attempt)};
  complex_matrix drawn(rows, columns);
  for (complex& number : drawn.reshaped()) {
    const double real = random.normal();
    number = {real, random.normal()};
  }
  const Eigen::HouseholderQR<complex_matrix> factors{drawn};
  return factors.householderQ() * complex_matrix::Identity(rows, columns);
}

std::vector<index> spread_points(index senders, std::span<const support> supports) {
  const auto roots = unit_roots(senders);
  matrix distances(senders, senders);
  for (index i = 0; i < senders; ++i)
    for (index j = 0; j < senders; ++j)
      distances(i, j) = std::norm(roots[slot(i)] - roots[slot(j)]);
  return find_node_order(distances, supports).points;
}

/// Complex coefficients in the frame of two stacks: a row of blocks for each.
std::vector<double> mixed(const complex_vector& coefficients) {
  std::vector<double> mix;
  for (const complex& c : coefficients)
    mix.insert(mix.end(), {c.real(), -c.imag()});
  for (const complex& c : coefficients)
    mix.insert(mix.end(), {c.imag(), c.real()});
  return mix;
}

}  // namespace

std::vector<parameter> communication_efficient::declared() {
  return {{.name = "blocks",
           .kind = value_kind::integer,
           .fallback = value{2},
           .summary = "m: blocks a gradient is cut into; messages are one block long",
           .least = 1}};
}

result<communication_efficient> communication_efficient::make(const parameters& given,
                                                              const code_shape& shape) {
  ECHELON_CHECK(check_shape(given, shape));
  const index blocks = given.integer("blocks");
  const index able = std::ssize(senders_by_capacity(shape));
  const index copies = shape.stragglers + blocks;
  if (copies > able)
    return given.refuse(
        "blocks",
        "with {} blocks and {} stragglers a part must lie on {} senders, of {}; it must "
        "be at most {}",
        blocks, shape.stragglers, copies, able, able - shape.stragglers);
  const auto shares = quotas(capacities_of(shape), shape.parts * copies, shape.parts);
  communication_efficient code{shape, lay_runs(shares, shape.parts), blocks};
  ECHELON_CHECK(check_amplification(given, shape, code.amplification_worst_));
  return code;
}

communication_efficient::communication_efficient(const code_shape& shape,
                                                 std::span<const support> supports, index blocks)
    : shape_(shape), placed_(numbers_of_holders(shape.senders, supports)) {
  auto among = std::vector<support>{supports.begin(), supports.end()};
  for (support& held : among)
    for (index& holder : held.holders)
      holder = placed_[slot(holder)];
  const index busy = *std::ranges::max_element(placed_) + 1;
  points_ = spread_points(busy, among);
  complement_ = powers(points_, busy - shape.stragglers, busy);
  index best = 0;
  for (index attempt = 0; attempt < attempts; ++attempt) {
    draw(among, blocks, attempt);
    if (const double found = worst(); attempt == 0 || found < amplification_worst_) {
      amplification_worst_ = found;
      best = attempt;
    }
  }
  draw(among, blocks, best);
}

void communication_efficient::draw(std::span<const support> supports, index blocks, index attempt) {
  const index degrees = senders() - shape_.stragglers;
  functionals_ = powers(points_, 0, degrees) * random_directions(degrees, blocks, attempt);
  rows_.assign(slot(senders()), {});
  norms_ = vector::Zero(senders());
  index first_part = 0;
  for (const support& held : supports) {
    add_support(held, first_part);
    first_part += held.parts;
  }
  norms_ = norms_.cwiseSqrt();
  for (index sender = 0; sender < senders(); ++sender)
    for (coded_part& entry : rows_[slot(sender)])
      for (double& coefficient : entry.mix)
        coefficient /= norms_[sender];
}

/// Polynomials that vanish outside the holders are a fixed one times polynomials of degree below m.
/// At node i the fixed one is the derivative of the product over all nodes, x^N - 1, divided by the
/// distances to the other holders.
void communication_efficient::add_support(const support& held, index first_part) {
  const index holders = std::ssize(held.holders);
  const index blocks = functionals_.cols();
  const auto roots = unit_roots(senders());
  complex_matrix basis(holders, blocks);
  for (index i = 0; i < holders; ++i) {
    const complex node = roots[slot(points_[slot(held.holders[slot(i)])])];
    complex value = std::conj(node);
    for (const index other : held.holders)
      if (other != held.holders[slot(i)])
        value /= node - roots[slot(points_[slot(other)])];
    for (index degree = 0; degree < blocks; ++degree, value *= node)
      basis(i, degree) = value;
  }
  const complex_matrix effect = functionals_(held.holders, Eigen::all).adjoint() * basis;
  const complex_matrix mixes = basis * effect.colPivHouseholderQr().solve(
                                           complex_matrix::Identity(blocks, blocks));
  for (index i = 0; i < holders; ++i) {
    const index sender = held.holders[slot(i)];
    const auto mix = mixed(mixes.row(i));
    for (index part = first_part; part < first_part + held.parts; ++part)
      rows_[slot(sender)].push_back({part, 0, mix});
    norms_[sender] += static_cast<double>(held.parts) * mixes.row(i).squaredNorm();
  }
}

std::span<const coded_part> communication_efficient::work(index sender) const {
  const index number = placed_.at(slot(sender));
  return number < 0 ? std::span<const coded_part>{} : rows_[slot(number)];
}

std::unique_ptr<code_progress> communication_efficient::begin() const {
  return std::make_unique<arrival_count>(shape_.senders, senders() - shape_.stragglers);
}

communication_efficient::complex_matrix
communication_efficient::weights(std::span<const index> absent) const {
  if (absent.empty())
    return functionals_;
  const complex_matrix high = complement_(absent, Eigen::all);
  const complex_matrix low = functionals_(absent, Eigen::all);
  const Eigen::CompleteOrthogonalDecomposition<complex_matrix> factors{high};
  return functionals_ - complement_ * factors.solve(low);
}

double communication_efficient::amplification(const complex_matrix& weights) const {
  const double size = static_cast<double>(shape_.parts * weights.cols());
  return (norms_.asDiagonal() * weights).norm() / std::sqrt(size);
}

double communication_efficient::worst() const {
  double found = 0;
  for (index absent = 0; absent <= shape_.stragglers; ++absent)
    for (const auto& pattern : absence_patterns(senders(), absent, patterns_max, pattern_samples))
      found = std::max(found, amplification(weights(pattern)));
  return found;
}

result<decoding> communication_efficient::decode(std::span<const index> arrived) const {
  ECHELON_CHECK(check_count(arrived, senders() - shape_.stragglers, name));
  std::vector<bool> here(slot(senders()), false);
  for (const index sender : arrived)
    here[slot(placed_[slot(sender)])] = true;
  std::vector<index> absent;
  for (index number = 0; number < senders(); ++number)
    if (!here[slot(number)])
      absent.push_back(number);
  complex_matrix found = weights(absent);
  const complex_matrix lost = found(absent, Eigen::all);  // 0 but for rounding
  found(absent, Eigen::all).setZero();
  const vector missed = norms_(absent);
  const double size = static_cast<double>(shape_.parts * found.cols());
  decoding how{.weights = {},
               .residual = (missed.asDiagonal() * lost).norm() / std::sqrt(size),
               .amplification = amplification(found)};
  if (!(how.residual < coefficient_error_max))
    return fail(errc::not_supported,
                "{}: decoding {} of {} senders misses the sum by {:.1e}, more than {:.0e}; fewer "
                "blocks or stragglers would decode exactly",
                name, arrived.size(), senders(), how.residual, coefficient_error_max);
  for (index number = 0; number < senders(); ++number)
    if (here[slot(number)])
      for (const complex& functional : found.row(number)) {
        const complex weight = norms_[number] * std::conj(functional);
        how.weights.insert(how.weights.end(),
                           {weight.real(), -weight.imag(), weight.imag(), weight.real()});
      }
  return how;
}

}  // namespace echelon::coding
