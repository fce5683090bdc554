#pragma once

#include "algorithms/aggregation/robust_aggregation.hpp"
#include "algorithms/aggregation/server_optimiser.hpp"
#include "algorithms/coding/gradient_code.hpp"
#include "algorithms/compression/feedback.hpp"
#include "algorithms/compression/ratios/ratio_policy.hpp"
#include "algorithms/faults/fault.hpp"
#include "algorithms/hierarchy/grouping.hpp"
#include "algorithms/learning/data_source.hpp"
#include "algorithms/learning/model.hpp"
#include "algorithms/learning/optimiser.hpp"
#include "algorithms/learning/partitioner.hpp"
#include "algorithms/learning/schedule.hpp"
#include "algorithms/merging/mixing/absence_policy.hpp"
#include "algorithms/merging/mixing/mixing_rule.hpp"
#include "algorithms/merging/rules/merge_rule.hpp"
#include "algorithms/transmission/delay_model.hpp"
#include "algorithms/transmission/uplink/uplink_policy.hpp"

namespace echelon::experiments {

/// Every policy a scenario can name, axis by axis. An ordinary value that starts with what Echelon
/// brings: an embedder adds his own to a copy and passes that on.
struct policy_catalogues {
  learning::data_source_catalogue sources = learning::data_sources();
  learning::partitioner_catalogue partitioners = learning::partitioners();
  learning::model_catalogue models = learning::models();
  learning::optimiser_catalogue optimisers = learning::optimisers();
  learning::optimiser_catalogue servers = aggregation::server_optimisers();
  learning::schedule_catalogue schedules = learning::schedules();
  coding::code_catalogue codes = coding::codes();
  compression::compressor_catalogue compressors = compression::compressors();
  compression::feedback_catalogue feedbacks = compression::feedbacks();
  compression::ratio_catalogue ratios = compression::ratio_policies();
  aggregation::robust_catalogue rules = aggregation::robust_aggregations();
  hierarchy::grouping_catalogue groupings = hierarchy::groupings();
  merging::topology_catalogue graphs = merging::topologies();
  merging::mixing_weights_catalogue weightings = merging::mixing_weightings();
  merging::merge_rule_catalogue merge_rules = merging::merge_rules();
  merging::mixing_rule_catalogue mixing_rules = merging::mixing_rules();
  merging::absence_catalogue absences = merging::absence_policies();
  transmission::delay_catalogue delays = transmission::delay_models();
  transmission::uplink_catalogue uplinks = transmission::uplink_policies();
  faults::fault_catalogue faults = faults::known_faults();
};

}  // namespace echelon::experiments
