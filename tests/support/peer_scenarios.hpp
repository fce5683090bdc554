#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <boost/test/unit_test.hpp>

#include "actors/session.hpp"
#include "experiments/run/build.hpp"
#include "tests/support/scenario_texts.hpp"

// Scenarios of experiments/ as they stand, run without a record.
namespace echelon::tests {

inline result<experiments::scenario> example(const std::string& file,
                                             const std::vector<std::string>& settings = {}) {
  const char* source = std::getenv("ECHELON_SOURCE");
  std::ostringstream text;
  text << std::ifstream{std::filesystem::path{source != nullptr ? source : "."} / "experiments" /
                        file}
              .rdbuf();
  return resolved(text.str(), settings);
}

/// Of a text, with `--set` arguments on top; its own to be changed.
inline std::unique_ptr<actors::training_setup>
made_from(std::string_view text, const std::vector<std::string>& settings = {}) {
  const auto wanted = resolved(text, settings);
  BOOST_REQUIRE_MESSAGE(wanted.has_value(), (wanted ? "" : wanted.error().detail));
  const auto setup = experiments::build(*wanted, experiments::policy_catalogues{});
  BOOST_REQUIRE_MESSAGE(setup.has_value(), (setup ? "" : setup.error().detail));
  return std::make_unique<actors::training_setup>(**setup);
}

/// Round by round, means over peers.
inline std::vector<double> merged_accuracies(const experiments::scenario& wanted) {
  struct follower final : actors::run_observer {
    std::vector<double> merged;
    void on_round(const actors::round_record& round) override {
      merged.push_back(round.accuracy_after_merge.value());
    }
  } seen;
  const auto setup = experiments::build(wanted, experiments::policy_catalogues{});
  BOOST_REQUIRE_MESSAGE(setup.has_value(), (setup ? "" : setup.error().detail));
  BOOST_REQUIRE(actors::run_training(*setup, {}, seen).has_value());
  return seen.merged;
}

}  // namespace echelon::tests
