#include <memory>

#include <fmt/format.h>

#include "experiments/report/report.hpp"
#include "tools/echelon/command.hpp"

namespace echelon {

action report_command(CLI::App& app) {
  struct arguments {
    std::vector<std::filesystem::path> folders;
    std::filesystem::path out;
  };
  const auto given = std::make_shared<arguments>();
  app.add_option("RUN_DIR", given->folders, "Run folders; several are compared on one page")
      ->required();
  app.add_option(
      "--out", given->out,
      "The page; default: report.html in the run folder, or here when there are several");
  return [given]() -> result<exit_status> {
    ECHELON_TRY(const std::filesystem::path page,
                experiments::write_report(given->folders, given->out));
    fmt::print(stderr, "report: {}\n", page.string());
    return exit_done;
  };
}

}  // namespace echelon
