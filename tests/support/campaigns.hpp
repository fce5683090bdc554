#pragma once

#include <boost/test/unit_test.hpp>

#include "experiments/chaos/campaign.hpp"

// Campaigns of faults in tests.
namespace echelon::tests {

/// What a campaign found; every promise that was broken is an error of the test.
inline experiments::chaos::campaign_result kept(const experiments::chaos::campaign_request& what) {
  auto found = experiments::chaos::run_campaign(what, {});
  if (!found)
    BOOST_FAIL(found.error().detail);
  for (const auto& one : found->failures)
    for (const auto& broken : one.broken)
      BOOST_ERROR(what.out.filename()
                  << ", seed " << one.seed << ": " << broken.invariant << ": " << broken.how);
  return *std::move(found);
}

/// The one case that a scenario with faults of its own is.
inline experiments::chaos::campaign_request
case_of(const value& settings, const std::filesystem::path& out,
        const std::vector<experiments::chaos::invariant_maker>& invariants =
            experiments::chaos::known_invariants()) {
  return {.settings = settings,
          .last_seed = 1,
          .reseed = false,
          .faults_max = 0,
          .out = out,
          .invariants = invariants};
}

}  // namespace echelon::tests
