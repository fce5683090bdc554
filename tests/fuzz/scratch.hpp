#pragma once

#include <fstream>
#include <string_view>

#include "tests/fuzz/targets.hpp"
#include "tests/support/temporary_folder.hpp"

namespace echelon::fuzz {

inline std::string_view text_of(bytes input) {
  return {reinterpret_cast<const char*>(input.data()), input.size()};
}

/// A folder of this process, best in memory: set TMPDIR.
inline const std::filesystem::path& scratch() {
  static const tests::temporary_folder folder{"fuzz"};
  return folder.path();
}

/// The file of that name there, with these bytes.
inline std::filesystem::path written(std::string_view name, bytes input) {
  auto path = scratch() / name;
  std::ofstream{path, std::ios::binary} << text_of(input);
  return path;
}

/// Input that stands for two files: what comes before a line of dashes, and what after it.
inline std::pair<bytes, bytes> halves(bytes input) {
  constexpr std::string_view divider = "\n----\n";
  const std::size_t at = text_of(input).find(divider);
  if (at == std::string_view::npos)
    return {input, {}};
  return {input.first(at), input.subspan(at + divider.size())};
}

}  // namespace echelon::fuzz
