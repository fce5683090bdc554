#pragma once

#include "algorithms/merging/mixing/absence_policy.hpp"

namespace echelon::merging {

/// An edge counts only if both ends confirmed it; else both keep its weight. Symmetric weights stay
/// symmetric, and so the mean stays as it is.
class edge_symmetric final : public absence_policy {
public:
  static constexpr std::string_view name = "edge-symmetric";
  static constexpr std::string_view
      summary = "an edge counts if both ends confirm it; keeps the mean";
  static constexpr std::string_view source = "Echelon (reconstruction)";
  static std::vector<parameter> declared() { return {}; }
  static result<edge_symmetric> make(const parameters&) { return edge_symmetric{}; }

  mixing_row weigh(const mixing_row& row, std::span<const neighbour_presence> known) const override;
  bool confirms() const override { return true; }
  bool keeps_mean() const override { return true; }
};

/// The weight of whoever is missing goes to the peer itself.
class absent_to_self final : public absence_policy {
public:
  static constexpr std::string_view name = "self";
  static constexpr std::string_view summary = "missing weight goes to the peer itself";
  static constexpr std::string_view source = "Echelon (reconstruction)";
  static std::vector<parameter> declared() { return {}; }
  static result<absent_to_self> make(const parameters&) { return absent_to_self{}; }

  mixing_row weigh(const mixing_row& row, std::span<const neighbour_presence> known) const override;
};

/// Those who are there, and the peer itself, share the missing weight in proportion.
class renormalise final : public absence_policy {
public:
  static constexpr std::string_view name = "renormalise";
  static constexpr std::string_view summary = "those who are there share the missing weight";
  static constexpr std::string_view source = "Echelon (reconstruction)";
  static std::vector<parameter> declared() { return {}; }
  static result<renormalise> make(const parameters&) { return renormalise{}; }

  mixing_row weigh(const mixing_row& row, std::span<const neighbour_presence> known) const override;
};

/// The newest model that came, if it is not too old, at pi gamma^age; the rest goes to the peer
/// itself.
class stale_neighbours final : public absence_policy {
public:
  static constexpr std::string_view name = "stale";
  static constexpr std::string_view summary = "the newest model that came, weighed down by its age";
  static constexpr std::string_view source = "Echelon (reconstruction)";
  static std::vector<parameter> declared();
  static result<stale_neighbours> make(const parameters& given);

  mixing_row weigh(const mixing_row& row, std::span<const neighbour_presence> known) const override;
  bool keeps_stale() const override { return true; }

private:
  stale_neighbours(index age_max, double gamma) : age_max_(age_max), gamma_(gamma) {}

  index age_max_;
  double gamma_;
};

}  // namespace echelon::merging
