#include "experiments/chaos/invariants/durable.hpp"

#include <fmt/format.h>

namespace echelon::experiments::chaos {

std::string durable::observe(const event& what) {
  if (const auto* written = std::get_if<checkpoint_written>(&what))
    acknowledged_ = written->rounds;
  if (const auto* ended = std::get_if<round_ended>(&what))
    hashes_[ended->record.round] = ended->weights.hash();
  const auto* resumed = std::get_if<run_resumed>(&what);
  if (resumed == nullptr)
    return {};
  if (resumed->rounds < acknowledged_)
    return fmt::format("the run goes on after round {} though round {} was written down",
                       resumed->rounds, acknowledged_);
  const auto known = hashes_.find(resumed->rounds);
  if (gradients_ && known != hashes_.end() && known->second != resumed->weights.hash())
    return fmt::format("the run goes on with other weights than round {} ended with",
                       resumed->rounds);
  return {};
}

}  // namespace echelon::experiments::chaos
