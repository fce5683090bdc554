#pragma once

#include "algorithms/learning/data_source.hpp"

namespace echelon::learning {

/// Clouds of points, a few to each class, bent by sines so that no straight line parts them:
/// a small problem on which networks with the same skill differ in every unit. With A's entries
/// normal of variance 4 / dimensions, z = centre + noise n, n standard normal: x = z + warp sin(A
/// z). Shapes: `dimensions` numbers; classes and their clouds take turns. The same seed gives the
/// same numbers, to the rounding of the C library's sine. Cost: O(dimensions^2) a sample. Source:
/// the toy of specs/decentralised-merging.md 13.5, whose data are a reconstruction.
class mixture final : public data_source {
public:
  static constexpr std::string_view name = "mixture";
  static constexpr std::string_view summary = "warped clouds of points, built in, no file needed";
  static constexpr std::string_view source = "Echelon";
  static std::vector<parameter> declared();
  static result<mixture> make(const parameters& given);

  result<loaded_data> load() const override;

private:
  explicit mixture(const parameters& given);

  index samples_, dimensions_, classes_, clouds_;
  double noise_, warp_;
  std::uint64_t seed_;
};

}  // namespace echelon::learning
