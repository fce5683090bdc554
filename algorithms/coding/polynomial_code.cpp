#include "algorithms/coding/polynomial_code.hpp"

#include <algorithm>

#include "algorithms/coding/arrival_count.hpp"
#include "algorithms/coding/node_search.hpp"
#include "algorithms/coding/shape_rules.hpp"

namespace echelon::coding {
namespace {

using complex = std::complex<double>;

template <class Scalar>
std::vector<Scalar> points(index count) {
  if constexpr (std::is_same_v<Scalar, complex>)
    return unit_roots(count);
  else
    return chebyshev_points(count);
}

template <class Scalar>
matrix square_distances(std::span<const Scalar> between) {
  const index count = std::ssize(between);
  matrix squares(count, count);
  for (index i = 0; i < count; ++i)
    for (index j = 0; j < count; ++j)
      squares(i, j) = std::norm(between[slot(i)] - between[slot(j)]);
  return squares;
}

std::vector<support> renumbered(std::span<const support> supports, std::span<const index> placed) {
  std::vector<support> all{supports.begin(), supports.end()};
  for (support& held : all)
    for (index& holder : held.holders)
      holder = placed[slot(holder)];
  return all;
}

coded_part coded(index part, double coefficient) { return {part, coefficient}; }
coded_part coded(index part, const complex& c) {
  return {part, 0, {c.real(), -c.imag(), c.imag(), c.real()}};
}

void append(std::vector<double>& weights, double weight) { weights.push_back(weight); }
void append(std::vector<double>& weights, const complex& weight) {
  weights.insert(weights.end(), {weight.real(), -weight.imag(), weight.imag(), weight.real()});
}

}  // namespace

std::vector<index> numbers_of_holders(index senders, std::span<const support> supports) {
  std::vector<index> placed(slot(senders), -1);
  for (const support& held : supports)
    for (const index holder : held.holders)
      placed[slot(holder)] = 0;
  index next = 0;
  for (index& number : placed)
    if (number == 0)
      number = next++;
  return placed;
}

template <class Scalar>
result<gradient_code_ptr> polynomial_code<Scalar>::make(const parameters& given,
                                                        const code_shape& shape,
                                                        std::span<const support> supports) {
  auto placed = numbers_of_holders(shape.senders, supports);
  const auto among = renumbered(supports, placed);
  const auto candidates = points<Scalar>(*std::ranges::max_element(placed) + 1);
  const auto found = find_node_order(square_distances<Scalar>(candidates), among);
  ECHELON_CHECK(check_amplification(given, shape, found.amplification_worst));
  std::vector<Scalar> nodes;
  for (const index point : found.points)
    nodes.push_back(candidates[slot(point)]);
  return std::make_shared<polynomial_code>(shape, supports, std::move(placed),
                                           polynomial_kernel<Scalar>{std::move(nodes), among},
                                           found.amplification_worst);
}

template <class Scalar>
polynomial_code<Scalar>::polynomial_code(const code_shape& shape, std::span<const support> supports,
                                         std::vector<index> placed,
                                         polynomial_kernel<Scalar> kernel,
                                         double amplification_worst)
    : shape_(shape), placed_(std::move(placed)), kernel_(std::move(kernel)),
      amplification_worst_(amplification_worst), rows_(placed_.size()) {
  std::vector<index> firsts{0};
  for (const support& held : supports)
    firsts.push_back(firsts.back() + held.parts);
  for (std::size_t sender = 0; sender < placed_.size(); ++sender)
    if (placed_[sender] >= 0)
      for (const auto& own : kernel_.row(placed_[sender]))
        for (index part = firsts[slot(own.support)]; part < firsts[slot(own.support) + 1]; ++part)
          rows_[sender].push_back(coded(part, own.coefficient));
}

template <class Scalar>
std::span<const coded_part> polynomial_code<Scalar>::work(index sender) const {
  return rows_.at(slot(sender));
}

template <class Scalar>
std::unique_ptr<code_progress> polynomial_code<Scalar>::begin() const {
  return std::make_unique<arrival_count>(shape_.senders, kernel_.senders() - kernel_.stragglers());
}

template <class Scalar>
result<decoding> polynomial_code<Scalar>::decode(std::span<const index> arrived) const {
  std::vector<index> numbers;
  for (const index sender : arrived)
    numbers.push_back(placed_[slot(sender)]);
  ECHELON_TRY(const auto how, kernel_.decode(numbers));
  decoding weighted{.weights = {}, .residual = how.residual, .amplification = how.amplification};
  for (const Scalar& weight : how.weights)
    append(weighted.weights, weight);
  return weighted;
}

template <class Scalar>
message_frame polynomial_code<Scalar>::frame() const {
  return std::is_same_v<Scalar, complex> ? message_frame{.cuts = 2, .stacks = 2} : message_frame{};
}

template class polynomial_code<double>;
template class polynomial_code<complex>;

}  // namespace echelon::coding
