#include "algorithms/faults/fault.hpp"
#include "algorithms/faults/lies.hpp"
#include "algorithms/faults/link_faults.hpp"
#include "algorithms/faults/node_faults.hpp"

namespace echelon::faults {

const fault_catalogue& known_faults() {
  static const fault_catalogue known{
      "faults.kind",
      {
          policy_entry<latency, fault>(),     policy_entry<jitter, fault>(),
          policy_entry<bandwidth, fault>(),   policy_entry<loss, fault>(),
          policy_entry<duplication, fault>(), policy_entry<reordering, fault>(),
          policy_entry<corruption, fault>(),  policy_entry<stream_reset, fault>(),
          policy_entry<slow_close, fault>(),  policy_entry<refusal_of_streams, fault>(),
          policy_entry<half_open, fault>(),   policy_entry<partition, fault>(),
          policy_entry<pause, fault>(),       policy_entry<slow, fault>(),
          policy_entry<silent, fault>(),      policy_entry<memory_pressure, fault>(),
          policy_entry<crash, fault>(),       policy_entry<clock_drift, fault>(),
          policy_entry<lie, fault>(),         policy_entry<disk_full, fault>(),
          policy_entry<torn_write, fault>(),
      }};
  return known;
}

}  // namespace echelon::faults
