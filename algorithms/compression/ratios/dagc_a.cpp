#include "algorithms/compression/ratios/dagc_a.hpp"

#include <algorithm>
#include <numeric>

#include "algorithms/compression/ratios/allocation.hpp"

namespace echelon::compression {

std::vector<parameter> dagc_a::declared() {
  return {
      {.name = "traffic_exponent",
       .kind = value_kind::number,
       .fallback = -1.0,
       .summary = "ratio ~ threshold^this: -1 where gradients drift, -2 where they are noise",
       .least = -8.0,
       .most = -0.125},
      {.name = "traffic",
       .kind = value_kind::text,
       .fallback = "equal",
       .summary = "senders' mean magnitudes: as equal, or measured in the first rounds",
       .choices = {"equal", "measured"}},
  };
}

result<dagc_a> dagc_a::make(const parameters& given) {
  dagc_a made;
  made.exponent_ = given.number("traffic_exponent");
  made.by_traffic_ = given.text("traffic") == "measured";
  return made;
}

std::span<const double> dagc_a::traffic(const ratio_problem& problem) const {
  return by_traffic_ ? std::span<const double>{problem.traffic} : std::span<const double>{};
}

std::vector<double> dagc_a::thresholds(const ratio_problem& problem) const {
  return relative_thresholds(problem.weights, traffic(problem), exponent_);
}

std::vector<double> dagc_a::ratios(const ratio_problem& problem) const {
  std::vector<double> shares = thresholds(problem);
  const std::span<const double> through = traffic(problem);
  for (std::size_t i = 0; i < shares.size(); ++i)
    shares[i] = power(shares[i], exponent_) * (through.empty() ? 1.0 : through[i]);
  const double all = std::accumulate(shares.begin(), shares.end(), 0.0);
  const double scale = static_cast<double>(shares.size()) * problem.mean / all;
  for (double& share : shares)
    share = std::min(share * scale, problem.cap);
  return shares;
}

objective_value dagc_a::objective(const ratio_problem& problem,
                                  std::span<const double> efforts) const {
  return {"threshold-factor", threshold_factor(problem.weights, efforts)};
}

}  // namespace echelon::compression
