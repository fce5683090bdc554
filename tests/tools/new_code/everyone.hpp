#pragma once

#include "algorithms/coding/fixed_code.hpp"

namespace echelon::coding {

/// Every sender computes every part: the first answer is the sum.
/// Shapes: any N and K. Cost: K parts a sender; decoding adds one message.
class everyone final : public fixed_code {
public:
  static constexpr std::string_view name = "everyone";
  static constexpr std::string_view
      summary = "every part on every sender; the first answer is enough";
  static constexpr std::string_view source = "the example of the README";
  static std::vector<parameter> declared() { return {}; }
  static result<everyone> make(const parameters& given, const code_shape& shape);

  code_shape shape() const override { return shape_; }
  std::span<const coded_part> work(index) const override { return parts_; }
  std::unique_ptr<code_progress> begin() const override;
  result<decoding> decode(std::span<const index> arrived) const override;
  bool order_free() const override { return true; }

private:
  explicit everyone(const code_shape& shape);

  code_shape shape_;
  std::vector<coded_part> parts_;
};

}  // namespace echelon::coding
