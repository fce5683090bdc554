#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

#include <boost/test/unit_test.hpp>

#include "algorithms/learning/data_source.hpp"
#include "tests/support/bytes.hpp"
#include "tests/support/temporary_folder.hpp"

namespace echelon::tests {

inline result<learning::loaded_data> load(std::string_view source, value_table settings) {
  ECHELON_TRY(const auto made,
              learning::data_sources().make(source, value{std::move(settings)}, "data"));
  return made->load();
}

/// Why it was refused; empty when it was not.
inline std::string complaint(std::string_view source, value_table settings) {
  const auto loaded = load(source, std::move(settings));
  return loaded ? std::string{} : loaded.error().detail;
}

/// A part of a refusal, with the whole of it in the test's log when it is not there.
inline void check_says(const std::string& said, std::string_view part) {
  BOOST_TEST(said.find(part) != std::string::npos,
             "\"" << said << "\" does not say \"" << part << "\"");
}

/// A folder of the real data, when this machine has it.
inline std::optional<std::filesystem::path> real_data(const std::string& folder) {
  const char* named = std::getenv("ECHELON_DATA");
  const char* source = std::getenv("ECHELON_SOURCE");
  const std::filesystem::path root = named != nullptr
                                         ? std::filesystem::path{named}
                                         : std::filesystem::path{source != nullptr ? source : "."} /
                                               ".." / "shared" / "data";
  if (std::filesystem::is_directory(root / folder))
    return root / folder;
  BOOST_TEST_MESSAGE("SKIPPED: " << (root / folder).string()
                                 << " is not there; ECHELON_DATA names the folder of real data");
  return std::nullopt;
}

}  // namespace echelon::tests
