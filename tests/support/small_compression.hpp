#pragma once

#include "algorithms/compression/ratios/ratio_policy.hpp"
#include "tests/support/small_training.hpp"

namespace echelon::tests {

/// What a small run's messages are to be.
struct small_squeeze {
  std::string compressor = "top-k";
  std::string feedback = "ef14";
  std::string ratios = "uniform";
  double budget = 0.05;
  index budget_rounds = 0;  ///< that budgets count on; 0: the run's
  std::optional<double> threshold = {};
  bool by_edges = true;  ///< edges pack, too
  compression::wire_format values = compression::wire_format::full;
};

/// The packer such messages are made by, or why there is none.
inline result<compression::packer> small_packer(const learning::model& model,
                                                const small_squeeze& wanted) {
  const compression::packing how{.values = wanted.values};
  ECHELON_TRY(auto compressor, compression::compressors().make(wanted.compressor, value_table{},
                                                               "compression", how));
  ECHELON_TRY(auto feedback, compression::feedbacks().make(wanted.feedback, value_table{},
                                                           "compression.feedback"));
  const index length = model.parameter_count();
  return compression::packer::make(std::move(compressor), std::move(feedback),
                                   {{.size = length, .rows = length, .columns = 1}});
}

/// As experiments/run/compressing.cpp does it, for models without buffers.
inline void squeeze_messages(actors::training_setup& setup, const small_squeeze& wanted) {
  const auto packer = std::make_shared<const compression::packer>(
      small_packer(*setup.model, wanted).value());
  setup.packs_means = true;
  setup.values = wanted.values;
  setup.worker_packer = packer;
  setup.edge_packer = wanted.by_edges ? packer : nullptr;
  const auto ratios = compression::ratio_policies()
                          .make(wanted.ratios, value_table{}, "compression.ratios")
                          .value();
  const bool relayed = setup.plan.relayed();
  for (std::int32_t number = -1; number < (relayed ? 0 : setup.topology.edges()); ++number) {
    const node_id parent = number < 0 ? node_id{role::coordinator, 0} : node_id{role::edge, number};
    compression::budget_terms terms{.volumes = {},
                                    .budget = wanted.budget,
                                    .cost = compression::message_cost{packer->length()},
                                    .kind = packer->compresses().kind(),
                                    .threshold = wanted.threshold,
                                    .rounds = wanted.budget_rounds == 0 ? setup.rounds
                                                                        : wanted.budget_rounds};
    const auto children = setup.topology.children(parent);
    if (!relayed && children.front().kind == role::edge && !wanted.by_edges)
      continue;
    for (const node_id child : children) {
      const auto below = child.kind == role::worker ? std::vector<index>{child.number}
                                                    : setup.topology.workers_below(child);
      terms.volumes.push_back(0);
      for (const index worker : below)
        terms.volumes.back() += setup.weight_of(worker);
    }
    if (relayed) {
      terms.volumes.clear();
      for (index worker = 0; worker < setup.topology.workers(); ++worker)
        terms.volumes.push_back(setup.weight_of(worker));
    }
    setup.budgets[parent] = std::make_shared<const compression::budget_manager>(
        compression::budget_manager::make(ratios, std::move(terms)).value());
  }
}

}  // namespace echelon::tests
