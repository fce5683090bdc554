#pragma once

#include "algorithms/coding/gradient_code.hpp"

namespace echelon::coding {

/// The bound that comparisons want: uncoded work for those alone who will be fast, in the whole
/// shares that end earliest, by someone who foresees every delay of the round. Only simulated
/// worlds can foresee (see `foresees`); elsewhere a round is hopeless from the start. Parts of the
/// dead are dealt anew. Shapes: any; every sender must be able to compute every part (shared
/// storage). Cost: K parts in all. Source: Echelon; the usual lower bound of straggler studies.
class oracle final : public gradient_code {
public:
  static constexpr std::string_view name = "oracle";
  static constexpr std::string_view
      summary = "uncoded, in the shares that end earliest for someone who foresees all delays";
  static constexpr std::string_view source = "Echelon (a lower bound, for comparisons)";
  static std::vector<parameter> declared() { return {}; }
  static result<oracle> make(const parameters& given, const code_shape& shape);

  code_shape shape() const override { return shape_; }
  /// Nothing: shares are ordered when a round opens.
  std::span<const coded_part> work(index) const override { return {}; }
  std::unique_ptr<code_round> open(const round_outlook& outlook) const override;
  bool foresees() const override { return true; }

private:
  explicit oracle(const code_shape& shape) : shape_(shape) {}

  code_shape shape_;
};

}  // namespace echelon::coding
