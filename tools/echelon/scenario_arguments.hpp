#pragma once

#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "experiments/scenario/scenario.hpp"

namespace echelon {

/// The arguments of every command that takes a scenario.
struct scenario_arguments {
  std::string file;
  std::vector<std::string> settings;
  std::optional<std::int64_t> seed;
};

inline void declare_scenario(CLI::App& app, scenario_arguments& arguments) {
  app.add_option("SCENARIO", arguments.file,
                 "A TOML file; paths in it are relative to the current directory")
      ->required();
  app.add_option(
         "--set", arguments.settings,
         "KEY.PATH=VALUE: change one setting; repeat for more, e.g. --set coding.stragglers=2")
      ->type_name("KEY.PATH=VALUE")
      ->allow_extra_args(false);
  app.add_option("--seed", arguments.seed, "The same as --set scenario.seed=N")->type_name("N");
}

inline result<experiments::scenario> load_scenario(const scenario_arguments& arguments,
                                                   const experiments::scenario_schema& schema) {
  return experiments::load_scenario(arguments.file, schema, arguments.settings, arguments.seed);
}

}  // namespace echelon
