#pragma once

#include "algorithms/coding/gradient_code.hpp"
#include "algorithms/coding/part_runs.hpp"
#include "algorithms/coding/shape_rules.hpp"

namespace echelon::coding {

/// What schemes that begin without redundancy have in common: every part on one sender, in
/// consecutive runs by capacity, and no tolerance to state beforehand.
class dealt_code : public gradient_code {
public:
  code_shape shape() const override { return shape_; }
  std::span<const coded_part> work(index sender) const override {
    return rows_.at(static_cast<std::size_t>(sender));
  }

protected:
  explicit dealt_code(const code_shape& shape);
  /// Errors: a shape without work for everybody, and stragglers other than 0.
  static result<void> check(const parameters& given, const code_shape& shape,
                            std::string_view code);

private:
  code_shape shape_;
  std::vector<std::vector<coded_part>> rows_;
};

}  // namespace echelon::coding
