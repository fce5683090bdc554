#include <memory>

#include "experiments/cluster/node_process.hpp"
#include "experiments/run/version.hpp"
#include "tools/echelon/command.hpp"
#include "tools/echelon/interrupt.hpp"
#include "tools/echelon/resident_memory.hpp"

namespace echelon {
namespace {

struct node_arguments {
  std::vector<std::string> join;
  std::string name;
  std::string listen;
  std::string keys;
  std::string data;
  double patience_s = 600;
  int threads = 0;
  bool public_plain = false;
  bool quiet = false;
};

constexpr const char* lesson =
    "Joins the run of an echelon serve and takes whatever seat it is given: a worker's or an "
    "edge's.\n"
    "A name such as worker-3 or edge-0 asks for that seat. Data are read from the scenario's\n"
    "data.path on this machine, or from --data, unless the scenario ships them. When the\n"
    "coordinator goes away the node looks for it, at each address in turn, and joins again.\n\n"
    "Exit status: 0 the run is done, 1 it failed, 2 bad input, 3 no coordinator or it refused us,\n"
    "130 interrupted.\n\n"
    "Examples:\n"
    "  echelon node --join 192.0.2.1:4000 --name worker-0 --tls keys\n"
    "  echelon node --join 192.0.2.1:4000,192.0.2.2:4000 --name worker-0    (with a standby)\n"
    "  echelon node --join 127.0.0.1:4000 --name edge-1 --listen 127.0.0.1:0";

exit_status status_of(const experiments::node_outcome& ended) {
  if (ended.status == actors::run_status::done)
    return exit_done;
  fmt::print(stderr, "echelon: the run failed: {}\n", ended.reason);
  return exit_failed;
}

result<exit_status> take_part(const node_arguments& given) {
  return_freed_memory();
  const experiments::policy_catalogues policies;
  ECHELON_TRY(const auto by, experiments::tcp_carrier(given.keys, given.name, given.public_plain));
  watch_interrupts();
  const auto tell = [&given](const std::string& what) {
    if (!given.quiet)
      fmt::print(stderr, "{}: {}\n", given.name, what);
  };
  ECHELON_TRY(const auto ended,
              experiments::run_node({.by = by,
                                     .policies = policies,
                                     .join = given.join,
                                     .coordinator = given.keys.empty() ? "" : "coordinator",
                                     .name = given.name,
                                     .listen = given.listen,
                                     .version = std::string{experiments::version()},
                                     .data_path = given.data,
                                     .patience = seconds{given.patience_s},
                                     .threads = given.threads,
                                     .interrupted = interrupt_requested,
                                     .tell = tell}));
  return status_of(ended);
}

}  // namespace

action node_command(CLI::App& app) {
  const auto given = std::make_shared<node_arguments>();
  app.add_option("--join", given->join,
                 "Where the coordinator listens; several, where a standby may take over")
      ->required()
      ->delimiter(',')
      ->type_name("HOST:PORT[,...]");
  app.add_option("--name", given->name, "This node's name; with --tls its certificate's")
      ->required()
      ->type_name("NAME");
  app.add_option("--listen", given->listen,
                 "Where other nodes reach this one, if it becomes an edge; default: a free port "
                 "of the address that reaches the coordinator")
      ->type_name("HOST:PORT");
  app.add_option("--tls", given->keys, "Folder of keys")->type_name("DIR");
  app.add_option("--data", given->data, "Instead of the scenario's data.path")->type_name("PATH");
  app.add_option("--patience", given->patience_s, "Seconds to look for a coordinator that is away")
      ->check(CLI::Range(0.0, 1e9))
      ->capture_default_str();
  app.add_option("--threads", given->threads, "That compute; 0: one per core")
      ->check(CLI::Range(0, 4096))
      ->capture_default_str();
  app.add_flag("--insecure-public", given->public_plain,
               "Let plain TCP listen where other machines reach it");
  app.add_flag("--quiet", given->quiet, "Say nothing but errors");
  app.footer(lesson);
  return [given] { return take_part(*given); };
}

}  // namespace echelon
