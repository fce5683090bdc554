#pragma once

#include <filesystem>
#include <optional>
#include <source_location>
#include <string_view>

#include "experiments/scenario/policy_catalogues.hpp"
#include "experiments/scenario/scenario.hpp"

namespace echelon::embed {

/// A scenario in the making: from a file, from TOML text, from code, or from code on top of either.
/// The keys are those of a scenario file, and what they may be is checked by the same schema.
class settings {
public:
  settings() = default;
  /// Errors: one sentence with FILE:LINE.
  static result<settings> from_file(const std::filesystem::path& file);
  /// `source` stands for the file's name in refusals.
  static result<settings> from_text(std::string_view toml, std::string_view source = "text");

  /// Sets one key by its path, "coding.stragglers"; a table sets a whole section. What cannot be
  /// set is refused by `resolve`, with the caller's own file and line.
  settings& set(std::string_view path, value what,
                std::source_location where = std::source_location::current());

  /// The complete scenario, with every default filled in. Errors: "FILE:LINE: key: what is wrong;
  /// what would be right"; policies that contradict each other.
  result<experiments::scenario> resolve(const experiments::policy_catalogues& policies) const;

private:
  static result<settings> from(const result<value>& read);

  value given_;
  std::optional<error> refused_;
};

}  // namespace echelon::embed
