#include "algorithms/coding/round_collector.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <type_traits>

namespace echelon::coding {
namespace {

constexpr std::size_t tile_bytes = std::size_t{64} << 10;

template <class Scalar>
constexpr std::size_t tile_length = tile_bytes / sizeof(Scalar);

/// Whether no number is NaN or infinite: their exponent bits are all ones. Integer comparisons
/// vectorise in every build, unlike std::isfinite.
template <class Scalar>
bool all_finite(std::span<const Scalar> numbers) {
  using bits = std::conditional_t<sizeof(Scalar) == 4, std::uint32_t, std::uint64_t>;
  constexpr auto exponent = std::bit_cast<bits>(std::numeric_limits<Scalar>::infinity());
  bits found = 0;
  for (const Scalar number : numbers)
    found |= static_cast<bits>((std::bit_cast<bits>(number) & exponent) == exponent);
  return found == 0;
}

bool all_finite(const block& values) {
  return with_scalar(values.kind(), [&values]<class Scalar>(Scalar) {
    const auto numbers = values.as<Scalar>();
    for (std::size_t first = 0; first < numbers.size(); first += tile_length<Scalar>)
      if (!all_finite(
              numbers.subspan(first, std::min(tile_length<Scalar>, numbers.size() - first))))
        return false;
    return true;
  });
}

/// One message of a decode and its weight, cast once.
template <class Scalar>
struct term {
  std::span<const Scalar> values;
  Scalar weight;
};

/// sum += weight * values over one tile; the first term overwrites.
template <class Scalar>
void accumulate(std::span<Scalar> sum, const term<Scalar>& next, std::size_t offset, bool first) {
  const Scalar* values = next.values.data() + offset;
  const Scalar weight = next.weight;
  if (first && weight == 1)
    std::copy_n(values, sum.size(), sum.data());
  else if (first)
    for (std::size_t i = 0; i < sum.size(); ++i)
      sum[i] = weight * values[i];
  else if (weight == 1)
    for (std::size_t i = 0; i < sum.size(); ++i)
      sum[i] += values[i];
  else
    for (std::size_t i = 0; i < sum.size(); ++i)
      sum[i] += weight * values[i];
}

/// The weighted sum, tile by tile so that the running sum stays in cache; false where it
/// overflowed.
template <class Scalar>
bool combine(std::span<Scalar> sum, std::span<const term<Scalar>> terms) {
  for (std::size_t offset = 0; offset < sum.size(); offset += tile_length<Scalar>) {
    const auto tile = sum.subspan(offset, std::min(tile_length<Scalar>, sum.size() - offset));
    for (const auto& next : terms)
      accumulate(tile, next, offset, &next == terms.data());
    if (!all_finite(std::span<const Scalar>{tile}))
      return false;
  }
  return true;
}

}  // namespace

round_collector::round_collector(gradient_code_ptr code, index dimension, precision kind)
    : code_(std::move(code)), progress_(code_->begin()),
      answers_(static_cast<std::size_t>(code_->shape().senders)), dimension_(dimension),
      kind_(kind) {}

round_collector::outcome round_collector::add(index sender, contribution answer) {
  const bool known = sender >= 0 && sender < std::ssize(answers_);
  const bool fits = answer.values.size() == dimension_ &&
                    (dimension_ == 0 || answer.values.kind() == kind_);
  if (!known || has(sender) || !fits || !std::isfinite(answer.loss) ||
      !std::isfinite(answer.samples) || !all_finite(answer.values)) {
    ++refused_;
    return outcome::refused;
  }
  answers_[static_cast<std::size_t>(sender)] = std::move(answer);
  decodable_ = progress_->arrive(sender);
  return decodable_ ? outcome::decodable : outcome::accepted;
}

bool round_collector::has(index sender) const {
  return answers_.at(static_cast<std::size_t>(sender)).has_value();
}

std::vector<index> round_collector::arrived() const {
  std::vector<index> senders;
  for (index sender = 0; sender < std::ssize(answers_); ++sender)
    if (has(sender))
      senders.push_back(sender);
  return senders;
}

result<decoded_round> round_collector::decode() const {
  const std::vector<index> arrivals = arrived();
  decoded_round decoded;
  ECHELON_TRY(decoded.how, code_->decode(arrivals));
  expects(decoded.how.weights.size() == arrivals.size());
  std::vector<double> weights;
  for (std::size_t i = 0; i < arrivals.size(); ++i) {
    const double weight = decoded.how.weights[i];
    if (weight == 0)
      continue;
    const contribution& answer = *answers_[static_cast<std::size_t>(arrivals[i])];
    decoded.senders.push_back(arrivals[i]);
    decoded.loss += weight * answer.loss;
    decoded.samples += weight * answer.samples;
    weights.push_back(weight);
  }
  ECHELON_TRY(decoded.values, weighted_sum(decoded.senders, weights));
  return decoded;
}

result<block> round_collector::weighted_sum(std::span<const index> senders,
                                            std::span<const double> weights) const {
  block_builder sum{dimension_, kind_};
  const bool finite = with_scalar(kind_, [&]<class Scalar>(Scalar) {
    std::vector<term<Scalar>> terms;
    for (std::size_t i = 0; dimension_ > 0 && i < senders.size(); ++i)
      terms.push_back({answers_[static_cast<std::size_t>(senders[i])]->values.template as<Scalar>(),
                       static_cast<Scalar>(weights[i])});
    return combine<Scalar>(sum.as<Scalar>(), terms);
  });
  if (!finite)
    return fail(errc::diverged, "the sum of {} finite messages is not finite", senders.size());
  return block::freeze(std::move(sum));
}

}  // namespace echelon::coding
