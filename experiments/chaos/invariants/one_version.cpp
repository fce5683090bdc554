#include "experiments/chaos/invariants/one_version.hpp"

#include <fmt/format.h>

#include "actors/messages.hpp"

namespace echelon::experiments::chaos {

one_version::one_version(const promises& made)
    : announces_state_(made.setup().gradients && !made.setup().control_variates &&
                       !made.setup().plan.root_code->updates()),
      edges_pass_on_(!made.setup().sends_changes() || made.setup().plan.relayed()) {
  if (announces_state_)
    hashes_[0] = made.setup().model->initial_state(made.setup().init_seed).hash();
}

std::string one_version::observe(const event& what) {
  if (!announces_state_)
    return {};
  return std::visit(handlers{[this](const message_due& due) { return judge(due.what); },
                             [this](const round_ended& ended) {
                               hashes_[ended.record.round] = ended.weights.hash();
                               return std::string{};
                             },
                             [this](const run_resumed& resumed) {
                               hashes_[resumed.rounds] = resumed.weights.hash();
                               return std::string{};
                             },
                             [](const auto&) { return std::string{}; }},
                    what);
}

std::string one_version::judge(const runtime::trace_event& said) {
  const bool starts = said.what.kind ==
                      static_cast<std::uint8_t>(actors::message_kind::round_start);
  if (!starts || (said.from.kind == role::edge && !edges_pass_on_))
    return {};
  const auto known = hashes_.find(said.what.round - 1);
  if (known != hashes_.end() && known->second == said.what.payload_hash)
    return {};
  return fmt::format("{} gets for round {} a model that is not the one round {} ended with",
                     to_string(said.to), said.what.round, said.what.round - 1);
}

}  // namespace echelon::experiments::chaos
