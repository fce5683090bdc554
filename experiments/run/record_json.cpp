#include "experiments/run/record_json.hpp"

#include "algorithms/base/hash.hpp"
#include "experiments/scenario/value_json.hpp"

namespace echelon::experiments {
namespace {

using json = nlohmann::ordered_json;

json names_json(const std::vector<node_id>& nodes) {
  json names = json::array();
  for (const node_id node : nodes)
    names.push_back(to_string(node));
  return names;
}

json parts_json(const actors::part_counts& parts) {
  return {{"computed", parts.computed}, {"used", parts.used}, {"wasted", parts.wasted}};
}

template <class Number>
json tiers_json(const std::map<role, Number>& tiers) {
  json out = json::object();
  for (const auto& [tier, spent_s] : tiers)
    out[std::string{to_string(tier)}] = spent_s;
  return out;
}

std::string_view scope_name(actors::certificate::scope_kind scope) {
  switch (scope) {
    case actors::certificate::scope_kind::gradient: return "gradient";
    case actors::certificate::scope_kind::delta: return "delta";
    case actors::certificate::scope_kind::merge: return "merge";
  }
  return "gradient";
}

std::string_view outcome_name(actors::certificate::outcome kind) {
  switch (kind) {
    case actors::certificate::outcome::exact: return "exact";
    case actors::certificate::outcome::approximate: return "approximate";
    case actors::certificate::outcome::failed: return "failed";
  }
  return "failed";
}

json certificate_json(const actors::certificate& worth) {
  json out{{"scope", scope_name(worth.scope)},
           {"kind", outcome_name(worth.kind)},
           {"residual", worth.residual},
           {"amplification", worth.amplification},
           {"compression_error", worth.compression_error},
           {"absent", names_json(worth.absent)}};
  if (!worth.liars.empty())
    out["liars"] = names_json(worth.liars);
  if (!worth.suspects.empty())
    out["suspects"] = names_json(worth.suspects);
  if (!worth.reason.empty())
    out["reason"] = worth.reason;
  return out;
}

template <class T>
json optional_json(const std::optional<T>& known) {
  return known ? json(*known) : json{};
}

template <class T>
json optionals_json(const std::vector<std::optional<T>>& list) {
  json out = json::array();
  for (const auto& known : list)
    out.push_back(optional_json(known));
  return out;
}

json links_json(const std::vector<actors::link_traffic>& links) {
  json out = json::array();
  for (const actors::link_traffic& link : links)
    out.push_back({{"from", to_string(link.from)},
                   {"to", to_string(link.to)},
                   {"messages", link.messages},
                   {"bytes", link.bytes}});
  return out;
}

}  // namespace

std::string_view to_string(actors::run_status status) {
  switch (status) {
    case actors::run_status::done: return "done";
    case actors::run_status::failed: return "failed";
    case actors::run_status::interrupted: return "interrupted";
  }
  return "failed";
}

std::string round_line(const actors::round_record& round) {
  json line{{"round", round.round}, {"time_s", round.time_s}, {"round_s", round.round_s}};
  if (round.loss)
    line["loss"] = *round.loss;
  if (round.accuracy)
    line["accuracy"] = *round.accuracy;
  if (round.accuracy_after_merge)
    line["accuracy_after_merge"] = *round.accuracy_after_merge;
  if (round.accuracy_after_train)
    line["accuracy_after_train"] = *round.accuracy_after_train;
  if (round.train_loss)
    line["train_loss"] = *round.train_loss;
  line["rate"] = round.rate;
  line["bytes_up"] = round.bytes_up;
  line["bytes_down"] = round.bytes_down;
  line["payload_bits_up"] = round.payload_bits_up;
  line["senders"] = names_json(round.senders);
  line["certificate"] = certificate_json(round.worth);
  line["parts"] = parts_json(round.parts);
  line["busy_s"] = tiers_json(round.busy_s);
  line["idle_s"] = tiers_json(round.idle_s);
  line["vectors"] = tiers_json(round.vectors);
  line["queue_max"] = round.queue_max;
  line["jain"] = round.jain;
  if (!round.coordinates.empty())
    line["coordinates"] = optionals_json(round.coordinates);
  if (!round.facts.empty())
    line["facts"] = round.facts;
  if (!round.graph_change.empty())
    line["graph_change"] = round.graph_change;
  line["answer_s"] = optionals_json(round.answer_s);
  line["slow"] = round.slow;
  line["refused"] = round.refused;
  return json_text(line);
}

json summary_json(const actors::run_summary& summary) {
  return {{"status", to_string(summary.status)},
          {"reason", summary.reason ? json(summary.reason->detail) : json{}},
          {"rounds", summary.rounds},
          {"time_s", summary.time_s},
          {"clock", summary.virtual_clock ? "virtual" : "wall"},
          {"wall_s", summary.wall_s},
          {"final_loss", optional_json(summary.final_loss)},
          {"final_accuracy", optional_json(summary.final_accuracy)},
          {"rounds_to_target", optional_json(summary.rounds_to_target)},
          {"time_to_target_s", optional_json(summary.time_to_target_s)},
          {"bytes_up", summary.bytes_up},
          {"bytes_down", summary.bytes_down},
          {"payload_bits_up", summary.payload_bits_up},
          {"exact_rounds", summary.exact_rounds},
          {"approximate_rounds", summary.approximate_rounds},
          {"failed_rounds", summary.failed_rounds},
          {"residual_max", summary.residual_max},
          {"amplification_max", summary.amplification_max},
          {"parts", parts_json(summary.parts)},
          {"trace_hash", summary.trace_hash ? json(hash_text(*summary.trace_hash)) : json{}},
          {"weights_hash", hash_text(summary.weights_hash)},
          {"messages", summary.messages},
          {"facts", summary.facts},
          {"links", links_json(summary.links)}};
}

}  // namespace echelon::experiments
