#include "experiments/chaos/invariants/just.hpp"

#include <fmt/format.h>

namespace echelon::experiments::chaos {

std::string just::observe(const event& what) {
  const auto* ended = std::get_if<round_ended>(&what);
  if (ended == nullptr)
    return {};
  const std::set<node_id> deceivers = made_.deceivers(ended->record.round, ended->now);
  const actors::certificate& worth = ended->record.worth;
  // Several of one mind can outvote the honest.
  if (deceivers.size() > 1)
    return {};
  for (const node_id accused : worth.liars)
    if (!deceivers.contains(accused))
      return fmt::format("round {} calls {} a liar, who is honest", ended->record.round,
                         to_string(accused));
  if (deceivers.empty() && !worth.suspects.empty())
    return fmt::format("round {} suspects {}, and nobody lies", ended->record.round,
                       to_string(worth.suspects.front()));
  return {};
}

}  // namespace echelon::experiments::chaos
