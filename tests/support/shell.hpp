#pragma once

#include <array>
#include <cstdio>
#include <cstdlib>

#include <boost/test/unit_test.hpp>
#include <sys/wait.h>

#include "tests/support/bytes.hpp"
#include "tests/support/temporary_folder.hpp"

namespace echelon::tests {

struct ended {
  int status = -1;
  std::string printed;
  std::string told;  ///< on standard error
};

/// A folder of its own in which the built command is called.
struct shell : temporary_folder {
  using temporary_folder::temporary_folder;

  ended echelon(const std::string& arguments) const {
    const char* build = std::getenv("ECHELON_BINARY");
    BOOST_REQUIRE_MESSAGE(build != nullptr, "ECHELON_BINARY must name the build folder");
    const std::string told = (path() / "told").string();
    const std::string line = fmt::format("cd '{}' && '{}/echelon' {} 2>'{}'", path().string(),
                                         build, arguments, told);
    FILE* pipe = popen(line.c_str(), "r");
    BOOST_REQUIRE(pipe != nullptr);
    ended what;
    std::array<char, 4096> bytes{};
    while (const std::size_t count = std::fread(bytes.data(), 1, bytes.size(), pipe))
      what.printed.append(bytes.data(), count);
    what.status = WEXITSTATUS(pclose(pipe));
    what.told = read_file(told);
    return what;
  }
};

}  // namespace echelon::tests
