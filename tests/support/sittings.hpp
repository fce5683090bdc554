#pragma once

#include <filesystem>

#include <boost/test/unit_test.hpp>

#include "tests/support/small_training.hpp"

// Runs that are interrupted and go on from a checkpoint.
namespace echelon::tests {

/// Runs until the flag has been looked at `looks` times, then goes on from the checkpoint.
inline finished_run train_in_two_sittings(const actors::training_setup& setup, int looks,
                                          const std::filesystem::path& file) {
  int left = looks;
  actors::run_options options{.interrupted = [&left] { return left-- <= 0; },
                              .checkpoint_file = file,
                              .scenario = "the same"};
  const auto first = train(setup, options);
  if (first.outcome.summary.status == actors::run_status::done)
    return first;
  BOOST_TEST((first.outcome.summary.status == actors::run_status::interrupted));
  auto found = actors::load_checkpoint(file);
  BOOST_REQUIRE(found.has_value());
  options.interrupted = nullptr;
  options.resume = *found;
  return train(setup, options);
}

}  // namespace echelon::tests
