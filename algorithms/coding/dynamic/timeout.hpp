#pragma once

#include "algorithms/coding/dynamic/dealt_code.hpp"

namespace echelon::coding {

/// Timeout SGD: every part on one sender; at the deadline whoever is not done is asked for the sum
/// of the parts it has finished, and the round ends with these. Approximate, and biased where parts
/// differ; the receiver divides by the samples that arrived. Never an empty sum: if nothing is
/// finished by then, the first part that is ends the round. Shapes: K >= N. Cost: as uncoded.
class timeout final : public dealt_code {
public:
  static constexpr std::string_view name = "timeout";
  static constexpr std::string_view
      summary = "uncoded; goes on at a deadline with whatever parts are finished (approximate)";
  static constexpr std::string_view source = "Echelon; deadlines as in common federated systems";
  static std::vector<parameter> declared();
  static result<timeout> make(const parameters& given, const code_shape& shape);

  std::unique_ptr<code_round> open(const round_outlook& outlook) const override;
  bool streams() const override { return true; }
  bool exact() const override { return false; }

private:
  timeout(const code_shape& shape, double timeout_s) : dealt_code(shape), timeout_s_(timeout_s) {}

  double timeout_s_;
};

}  // namespace echelon::coding
