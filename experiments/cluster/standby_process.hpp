#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "experiments/cluster/carriers.hpp"

namespace echelon::experiments {

/// How a process stands by for a coordinator.
struct standby_settings {
  const carrier& by;
  std::string watches;      ///< where the coordinator listens
  std::string coordinator;  ///< the name it must have; empty: any
  std::string name;
  std::string listens;  ///< later, in its place; tried out at once
  std::string version;
  std::string scenario;          ///< as TOML; the coordinator's must be the same
  std::filesystem::path folder;  ///< the record's; the coordinator's must be the same
  std::function<bool()> interrupted = {};
  std::function<void(const std::string& what)> tell = {};
};

/// Watches a coordinator, and has it write a checkpoint after every round. Blocks until its process
/// has ended, or nothing is heard of it for the run's peer timeout; answers its number in the
/// record (record_writer). A coordinator that was never met is waited for. That it is really gone
/// is not certain, and need not be: see record_claim.
/// Errors: bad_input: another scenario or another record; unreachable: refused; too_many_stragglers
/// and the like: the run has failed; interrupted.
result<std::uint64_t> stand_by(const standby_settings& settings);

}  // namespace echelon::experiments
