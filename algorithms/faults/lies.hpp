#pragma once

#include "algorithms/faults/fault.hpp"

/// Workers whose answers are well formed and wrong. Those that name another round or plan, or are
/// not finite, are refused wherever they arrive; the others can be found out only where more
/// answers come than decoding needs.
namespace echelon::faults {

class lie final : public fault {
public:
  static constexpr std::string_view name = "lie";
  static constexpr std::string_view summary = "it answers something wrong";
  static constexpr std::string_view source = "Echelon";
  static std::vector<parameter> declared();
  static result<lie> make(const parameters& given);

  place where() const override { return place::worker; }
  void tell(testimony& what, random_stream& random) const override;
  bool deceives() const override { return way_ == way::scaled || way_ == way::random; }

private:
  enum class way : unsigned char { scaled, random, nan, stale, plan, replay };
  lie(way how, double factor) : way_(how), factor_(factor) {}

  way way_;
  double factor_;
};

}  // namespace echelon::faults
