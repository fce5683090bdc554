#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "net/authority/key_folder.hpp"
#include "tools/echelon/command.hpp"

namespace echelon {
namespace {

struct certs_arguments {
  std::string folder;
  std::vector<std::string> nodes;
  int days = 365;
};

/// What echelon serve proves to be: every folder begins with its keys.
constexpr const char* coordinator_name = "coordinator";

constexpr const char* lesson =
    "Makes DIR with a private authority (ca.crt, ca.key), the list of names (nodes.txt), and\n"
    "NAME.crt and NAME.key for the coordinator and each node. Run it again with other names to add "
    "nodes; it never\n"
    "overwrites.\n\n"
    "A node needs four of these files: ca.crt, nodes.txt and its own two. Whoever has ca.key can\n"
    "let anybody in: keep it off the nodes.\n\n"
    "Examples:\n"
    "  echelon certs keys --nodes edge-0,worker-0,worker-1\n"
    "  echelon serve S.toml --listen 0.0.0.0:4000 --tls keys     as coordinator\n"
    "  echelon node --join HOST:4000 --name worker-0 --tls keys\n"
    "  echelon certs keys --nodes worker-3                        one more, later";

result<exit_status> make_keys(const certs_arguments& given) {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  net::key_lifetimes lifetimes;
  lifetimes.node = std::chrono::days{given.days};
  std::vector<std::string> names = given.nodes;
  const auto before = net::listed_nodes(given.folder);
  if (!before && std::ranges::find(names, coordinator_name) == names.end())
    names.insert(names.begin(), coordinator_name);
  ECHELON_CHECK(net::add_nodes(given.folder, names, now, lifetimes));
  ECHELON_TRY(const auto all, net::listed_nodes(given.folder));
  fmt::print(stderr, "certs: {} new, {} in all in {}; good for {} days\n", names.size(), all.size(),
             given.folder, given.days);
  return exit_done;
}

}  // namespace

action certs_command(CLI::App& app) {
  const auto given = std::make_shared<certs_arguments>();
  app.add_option("DIR", given->folder, "The folder of keys; made where there is none")->required();
  app.add_option("--nodes", given->nodes, "Names of new nodes, separated by commas")
      ->required()
      ->delimiter(',')
      ->type_name("NAME,...");
  app.add_option("--days", given->days, "How long the new nodes' certificates are good for")
      ->check(CLI::Range(1, 3650))
      ->capture_default_str();
  app.footer(lesson);
  return [given] { return make_keys(*given); };
}

}  // namespace echelon
