#pragma once

#include "algorithms/coding/uncoded.hpp"

namespace echelon::coding {

/// No rounds: every answer moves the model as it comes, and its sender goes on from there.
/// Gradients are of older models, so that nothing about them is exact. With `lead_max` it is the
/// stale-synchronous scheme, and with 0 of that all wait for all.
/// Shapes: K >= N; runs differ in length by at most one part. Cost: ceil(K/N) parts a sender.
/// Source: Dean et al. 2012 (asynchronous SGD); Ho et al. 2013 (bounded staleness); Xie et al.
/// 2019, arXiv:1903.03934 (damping).
class asynchronous final : public fixed_code {
public:
  static constexpr std::string_view name = "asynchronous";
  static constexpr std::string_view
      summary = "no rounds: every answer moves the model as it comes (approximate)";
  static constexpr std::string_view
      source = "Dean et al. 2012 (Downpour SGD); Ho et al. 2013 (SSP); Xie et al. 2019, "
               "arXiv:1903.03934 (damping)";
  static std::vector<parameter> declared();
  static result<asynchronous> make(const parameters& given, const code_shape& shape);

  code_shape shape() const override { return dealt_.shape(); }
  std::span<const coded_part> work(index sender) const override { return dealt_.work(sender); }
  std::unique_ptr<code_progress> begin() const override { return dealt_.begin(); }
  result<decoding> decode(std::span<const index> arrived) const override {
    return dealt_.decode(arrived);
  }
  bool exact() const override { return false; }
  std::optional<update_rule> updates() const override { return rule_; }

private:
  asynchronous(uncoded dealt, update_rule rule) : dealt_(std::move(dealt)), rule_(rule) {}

  uncoded dealt_;
  update_rule rule_;
};

}  // namespace echelon::coding
