#include "actors/peers/peer_probing.hpp"

#include <algorithm>

#include "algorithms/merging/mixing/disagreement.hpp"

namespace echelon::actors {

peer_probing::peer_probing(training_setup_ptr setup)
    : setup_(std::move(setup)), scratch_(setup_->model->make_workspace()) {}

block peer_probing::mean_of(std::span<const merging::vector_view> models) const {
  std::vector<merging::sum_term> terms;
  for (const merging::vector_view& one : models)
    terms.push_back({1 / static_cast<double>(models.size()), one});
  block_builder mean{models.front().size(), models.front().kind, contents::unset};
  merging::assign_sum(mean, {0, mean.size()}, terms);
  return block::freeze(std::move(mean));
}

double peer_probing::apart(std::span<const merging::vector_view> models) const {
  return merging::disagreement(models, {0, setup_->model->parameter_count()});
}

void peer_probing::begin(std::span<const merging::vector_view> models) {
  start_ = probe_model(*setup_, mean_of(models), 0, *scratch_);
  start_apart_ = apart(models);
}

void peer_probing::passed(bool exact, double contraction) {
  exact_ = exact_ && exact;
  contraction_ = std::max(contraction_, contraction);
}

bool peer_probing::due(index round) const {
  return round % setup_->peers->probe_every == 0 || round == setup_->rounds;
}

std::map<std::string, double> peer_probing::look(std::span<const merging::vector_view> models,
                                                 index round) {
  const model_probe now = probe_model(*setup_, mean_of(models), round, *scratch_);
  std::map<std::string, double> found{{"gradient_square", now.gradient_square},
                                      {"noise", now.noise},
                                      {"smoothness", now.smoothness},
                                      {"divergence", now.by_level.front()},
                                      {"disagreement", apart(models)}};
  if (start_ && exact_ && setup_->peers->bounds)
    found.merge(setup_->peers->bounds({*start_, now, round, start_apart_, contraction_}));
  return found;
}

}  // namespace echelon::actors
