#pragma once

#include "algorithms/learning/partitioner.hpp"

namespace echelon::learning {

/// Each class is shared among the parts by weights drawn from Dirichlet(alpha): the smaller alpha,
/// the fewer parts hold most of a class. Sizes differ as the draws do; a part left empty gets one
/// row of the largest. Source: Hsu, Qi, Brown, arXiv:1909.06335, in the per-class form of Yurochkin
/// et al., ICML 2019.
class dirichlet final : public partitioner {
public:
  static constexpr std::string_view name = "dirichlet";
  static constexpr std::string_view summary = "each class shared by Dirichlet weights";
  static constexpr std::string_view source = "Yurochkin et al., ICML 2019; arXiv:1909.06335";
  static std::vector<parameter> declared();
  static result<dirichlet> make(const parameters& given) {
    return dirichlet{given.number("alpha")};
  }

  result<partition> deal(const dataset& samples, index parts, random_stream random) const override;

private:
  explicit dirichlet(double alpha) : alpha_(alpha) {}

  double alpha_;
};

}  // namespace echelon::learning
