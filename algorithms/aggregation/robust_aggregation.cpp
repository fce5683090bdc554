#include "algorithms/aggregation/robust_aggregation.hpp"

#include <algorithm>
#include <cmath>

namespace echelon::aggregation {
namespace {

bool is_finite(const block& vector) {
  return with_scalar(vector.kind(), [&]<class Scalar>(Scalar) {
    return std::ranges::all_of(vector.as<Scalar>(), [](Scalar x) { return std::isfinite(x); });
  });
}

}  // namespace

result<aggregate> robust_aggregation::combine(std::span<const block> senders) const {
  std::vector<block> finite;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < senders.size(); ++i)
    if (is_finite(senders[i])) {
      finite.push_back(senders[i]);
      places.push_back(i);
    }
  const auto faulty = std::ssize(senders) - std::ssize(finite);
  if (finite.empty() || (faulty > 0 && faulty > tolerance(std::ssize(senders))))
    return fail(errc::diverged, "{} of {} vectors are not finite; this rule stands {}", faulty,
                senders.size(), tolerance(std::ssize(senders)));
  ECHELON_TRY(aggregate made, combine_finite(finite, faulty));
  std::vector<double> shares(senders.size());
  for (std::size_t i = 0; i < places.size(); ++i)
    shares[places[i]] = made.shares[i];
  made.shares = std::move(shares);
  return made;
}

block_builder weighted_sum(std::span<const block> senders, std::span<const double> shares) {
  block_builder sum{senders.front().size(), senders.front().kind(), contents::unset};
  with_scalar(sum.kind(), [&]<class Scalar>(Scalar) {
    std::vector<double> wide(slot(sum.size()));
    for (std::size_t s = 0; s < senders.size(); ++s)
      if (const auto values = senders[s].as<Scalar>(); shares[s] != 0)
        for (std::size_t i = 0; i < wide.size(); ++i)
          wide[i] += shares[s] * static_cast<double>(values[i]);
    std::ranges::transform(wide, sum.as<Scalar>().begin(),
                           [](double x) { return static_cast<Scalar>(x); });
  });
  return sum;
}

double squared_distance(const block& a, const block& b) {
  return with_scalar(a.kind(), [&]<class Scalar>(Scalar) {
    const auto left = a.as<Scalar>(), right = b.as<Scalar>();
    expects(left.size() == right.size());
    double sum = 0;
    for (std::size_t i = 0; i < left.size(); ++i) {
      const double apart = static_cast<double>(left[i]) - static_cast<double>(right[i]);
      sum += apart * apart;
    }
    return sum;
  });
}

}  // namespace echelon::aggregation
