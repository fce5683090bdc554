#pragma once

#include <vector>

#include "algorithms/coding/fixed_code.hpp"

namespace stranger {

namespace coding = echelon::coding;
using echelon::index;  // a directive would clash with ::index of <strings.h>
using echelon::result;

/// A stranger's own code: every sender computes every part, and the first answer is the sum.
class first_answer final : public coding::fixed_code {
public:
  static constexpr std::string_view name = "first-answer";
  static constexpr std::string_view summary = "everybody computes everything";
  static constexpr std::string_view source = "a stranger";
  static std::vector<echelon::parameter> declared() { return {}; }
  static result<first_answer> make(const echelon::parameters&, const coding::code_shape& shape) {
    return first_answer{shape};
  }

  coding::code_shape shape() const override { return shape_; }
  std::span<const coding::coded_part> work(index) const override { return parts_; }
  std::unique_ptr<coding::code_progress> begin() const override {
    return std::make_unique<progress>();
  }
  result<coding::decoding> decode(std::span<const index> arrived) const override {
    if (arrived.empty())
      return echelon::fail(echelon::errc::too_many_stragglers, "{}: nobody has answered", name);
    coding::decoding how;
    how.weights.assign(arrived.size(), 0.0);
    how.weights.front() = 1.0;
    return how;
  }

private:
  struct progress final : coding::code_progress {
    bool arrive(index) override { return true; }
  };

  explicit first_answer(const coding::code_shape& shape) : shape_(shape) {
    for (index part = 0; part < shape.parts; ++part)
      parts_.push_back({part, 1.0});
  }

  coding::code_shape shape_;
  std::vector<coding::coded_part> parts_;
};

}  // namespace stranger
