#pragma once

#include "algorithms/learning/partitioner.hpp"

namespace echelon::learning {

/// Every part gets as many samples as the next, give or take one, at random.
/// `stratified` deals class by class, so that the parts' label mixes are equal too, give or take
/// one.
class iid final : public partitioner {
public:
  static constexpr std::string_view name = "iid";
  static constexpr std::string_view summary = "equal shares at random";
  static constexpr std::string_view source = "Echelon";
  static std::vector<parameter> declared();
  static result<iid> make(const parameters& given) { return iid{given.flag("stratified")}; }

  result<partition> deal(const dataset& samples, index parts, random_stream random) const override;

private:
  explicit iid(bool stratified) : stratified_(stratified) {}

  bool stratified_;
};

}  // namespace echelon::learning
