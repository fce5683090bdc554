#include "algorithms/merging/mixing/disagreement.hpp"

namespace echelon::merging {

double disagreement(std::span<const vector_view> models, element_range range) {
  if (models.empty())
    return 0;
  const double share = 1 / static_cast<double>(models.size());
  std::vector<sum_term> all;
  for (const vector_view& model : models)
    all.push_back({share, model});
  block_builder mean{range.last, precision::double_}, apart{range.last, precision::double_};
  assign_sum(mean, range, all);
  double sum = 0;
  for (const vector_view& model : models) {
    assign_sum(apart, range, {{1, model}, {-1, mean}});
    sum += dot(apart, apart, range);
  }
  return sum * share;
}

double local_disagreement(vector_view own, std::span<const arrival> arrived, element_range range) {
  block_builder apart{range.last, precision::double_};
  double sum = 0;
  for (const arrival& heard : arrived) {
    assign_sum(apart, range, {{1, own}, {-1, heard.content.vectors.at(0)}});
    sum += heard.weight * dot(apart, apart, range);
  }
  return sum;
}

}  // namespace echelon::merging
