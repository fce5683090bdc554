#include "experiments/scenario/schema.hpp"

#include <algorithm>
#include <utility>

#include "algorithms/coding/hierarchy/layered_plan.hpp"
#include "algorithms/compression/codecs/index_codecs.hpp"
#include "algorithms/faults/schedule.hpp"
#include "algorithms/transmission/link_model.hpp"
#include "algorithms/transmission/uplink/uplink_plan.hpp"
#include "experiments/scenario/peer_sections.hpp"
#include "experiments/scenario/scenario_keys.hpp"

namespace echelon::experiments {
namespace {

section_schema scenario_section() {
  return {"scenario",
          "What is run, for how long, from which seed",
          {text("name", "run", "names the run record; default: the file's name"),
           integer("rounds", 100, "rounds of training", 1, rounds_max),
           integer("seed", 1, "moves everything random but the split of the data", 0),
           integer("init_seed", std::nullopt, "initial weights; default: seed", 0),
           integer("data_seed", std::nullopt, "partition and mini-batches; default: seed", 0),
           integer("delay_seed", std::nullopt, "delays and slow nodes; default: seed", 0),
           number("target_accuracy", std::nullopt,
                  "note the round and time that first reach it, 0 to 1", 0, 1),
           number("time_limit_s", std::nullopt, "stop after so many seconds of the run's clock", 0,
                  1e9),
           integer("evaluate_every", 1, "rounds from one test of the model to the next", 1,
                   rounds_max)}};
}

section_schema runtime_section() {
  return {"runtime",
          "Where and how exactly it runs",
          {text("world", "simulated",
                "one virtual clock; threads of one process; processes over TCP, or over MPI",
                {"simulated", "local", "tcp", "mpi"}),
           integer("checkpoint_every", 0, "rounds between checkpoints; 0: when interrupted only", 0,
                   rounds_max),
           text("interleaving", "fifo", "order of runnable actors in the simulated world",
                {"fifo", "seeded"}),
           text("gradients", "real", "none: timing and traffic only", {"real", "none"}),
           text("precision", "float", "of parameters and gradients", {"float", "double"}),
           text("math", "native",
                "kernels of this CPU, or portable ones with the same bits on every x86-64",
                {"native", "portable"})}};
}

section_schema cluster_section() {
  return {
      "cluster",
      "Runs over several processes: runtime.world = \"tcp\" or \"mpi\", echelon serve",
      {number("peer_timeout_s", 30,
              "a node that nothing is heard of for so long leaves the plan; for a third of it, "
              "it is suspect",
              0.1, 86'400),
       integer("nodes_min", 0, "begin when so many nodes are there, others may follow; 0: all", 0,
               workers_max),
       number("nodes_wait_s", 600, "how long the run waits for nodes it cannot do without", 0, 1e9),
       text("data", "path", "where nodes have the samples from: their own data.path, or shipped",
            {"path", "ship"}),
       text("edge_loss", "adopt",
            "whether the coordinator's process stands in for an edge that is lost, or its "
            "workers wait for another one",
            {"adopt", "wait"})}};
}

section_schema data_section(const policy_catalogues& policies) {
  return {"data",
          "Where samples come from and how they are split",
          {text("source", "glyphs", "which one; echelon list data shows them"),
           integer("limit", 0, "use at most so many samples; 0: all", 0),
           text("scale", "auto", "auto: unit for images, standardise for tables",
                {"auto", "none", "unit", "standardise"}),
           number("test_fraction", 0.2, "share kept for testing, unless the source has a test set",
                  0, 1),
           text("split", "shuffled", "how the test set is taken", {"shuffled", "ordered"}),
           integer("split_seed", 0, "of the shuffle; scenario.seed does not move it", 0)},
          "source",
          cards(policies.sources)};
}

section_schema optimizer_section(const policy_catalogues& policies) {
  return {
      "optimizer",
      "How a gradient moves the model",
      {text("kind", "sgd", "which one; echelon list optimizer shows them"),
       number("rate", std::nullopt, "learning rate; default: 0.1, for adam and adamw 0.001", 0,
              1e6),
       number("clip", 0.0, "largest Euclidean norm of the mean gradient; 0: none", 0),
       integer("batch", 32, "samples per part and step; 0: the whole part", 0),
       integer("local_steps", 1, "steps a worker takes between two exchanges", 1, 1e6),
       text("correction", "none",
            "scaffold: control variates against the drift of local steps on unlike data",
            {"none", "scaffold"}),
       number("proximal", 0.0,
              "FedProx: pull of local steps towards the model they began with; 0: none", 0, 1e6)},
      "kind",
      cards(policies.optimisers)};
}

section_schema topology_section() {
  return {"topology",
          "Who answers to whom",
          {text("kind", "star",
                "a shape of the cluster; default tree where edges are given, peers where those "
                "are")},
          "kind",
          {{"star",
            "workers round one coordinator",
            "Echelon",
            {integer("workers", 10, "how many", 1, workers_max).declared}},
           {"tree",
            "workers below edge nodes below a coordinator",
            "Echelon",
            {{"edges",
              value_kind::list,
              std::nullopt,
              "workers of each edge, [4, 6, 8]; lists inside are further levels",
              -unlimited,
              unlimited,
              {},
              true}}},
           peers_card()}};
}

/// The codes of one layer, and hierarchies of them.
std::vector<policy_card> code_cards(const policy_catalogues& policies) {
  std::vector<policy_card> all = cards(policies.codes);
  using coding::hierarchical;
  all.push_back({std::string{hierarchical::name},
                 std::string{hierarchical::summary},
                 std::string{hierarchical::source},
                 {}});
  return all;
}

section_schema coding_section(const policy_catalogues& policies) {
  return {
      "coding",
      "Which worker computes which parts, and whose answers are enough",
      {text("policy", "uncoded", "which one; echelon list coding shows them"),
       integer("parts", 0, "parts the data is cut into; 0: one for each worker", 0, 1e7),
       integer("stragglers", 0, "workers that may be absent without loss", 0, workers_max),
       any("edge_stragglers", 0,
           "hierarchical: edges that may be absent; or one number a level, root first"),
       any("worker_stragglers", 0,
           "hierarchical: workers of any edge that may be absent; or one for each lowest edge"),
       list("layers", value_list{},
            "hierarchical: codes, root first, \"frc\" or \"polynomial\" and others; []: chosen"),
       text(
           "plan", "none",
           "who chooses the code: none: this section; jncss: mean times; auto: every scheme judged",
           {"none", "jncss", "auto"}),
       integer("replan_every", 0, "rounds from one look at the plan to the next; 0: never", 0,
               rounds_max),
       text(
           "beyond", "fail",
           "when more are lost than the code survives: the round fails, gives the nearest sum with "
           "its error, or asks the survivors for what is missing",
           {"fail", "least-squares", "reissue"}),
       number("grace_s", 0.0, "wait so much longer for more answers once a round can be decoded", 0,
              1e9),
       {{"verify", value_kind::flag, false,
         "compare answers beyond those that decoding needs, and leave out those that lie"}}},
      "policy",
      code_cards(policies)};
}

section_schema compression_section(const policy_catalogues& policies) {
  return {
      "compression",
      "What of a vector is sent",
      {text("policy", "none", "a compressor; echelon list compression shows them"),
       number("budget", 0.01,
              "mean share of a whole vector that a sender may send; met over the rounds", 1e-9,
              1e3),
       text("budget_unit", "coordinates", "what the budget counts; bits include positions",
            {"coordinates", "bits"}),
       number("threshold", std::nullopt,
              "mean threshold of absolute compressors, for good; default: what meets the budget", 0,
              1e30),
       text("vector", std::nullopt,
            "what workers send; default: delta where they take local steps, else gradient",
            {"gradient", "delta"}),
       text("scope", "global", "one vector, or each tensor by itself", {"global", "tensor"}),
       text("values", "fp32", "number format of messages upwards", {"fp32", "fp16", "bf16"}),
       text("codec", "auto", "encoding of positions; auto: the smallest for each message",
            compression::index_codec_names()),
       {{"hops", value_kind::table, value_table{},
         "of each hop its own budget, or false for whole vectors: { up = 0.01, edge_up = "
         "false }; { split = \"by-cost\" }: the budget is a share of what whole vectors cost on "
         "all "
         "links upwards, and dear hops send less"}}},
      "policy",
      cards(policies.compressors)};
}

section_schema hierarchy_section() {
  return {
      "hierarchy",
      "When each level averages",
      {list("periods", std::nullopt,
            "local steps between averages, root first: [G, I], or [G, [I_1, I_2]] with one "
            "for each lowest group; without it every round is one exchange"),
       text("regroup", "never", "when groups are drawn anew", {"never", "every-global-round"}),
       number("participation", 1.0, "share of a node's workers that take part in an exchange", 1e-6,
              1),
       text("weights", std::nullopt,
            "what a worker counts in a mean; default: the samples it answers for or, where "
            "messages are compressed, those it holds",
            {"samples", "uniform"}),
       integer("probe_every", 0,
               "rounds from one probe of divergences, noise and smoothness to the next, outside "
               "the run's time; 0: never",
               0, rounds_max)}};
}

section_schema transmission_section(const policy_catalogues& policies) {
  section_schema section{
      "transmission",
      "Who may send when on a shared uplink",
      {text("policy", "fifo", "which one; echelon list transmission shows them")},
      "policy",
      cards(policies.uplinks)};
  for (parameter& declared : transmission::uplink_parameters())
    section.keys.push_back({std::move(declared)});
  return section;
}

section_schema links_section() {
  section_schema section{"links", "What a message costs by its bytes", {}};
  for (parameter& declared : transmission::link_parameters())
    section.keys.push_back({std::move(declared)});
  return section;
}

void insert_after(scenario_schema& schema, std::string_view section,
                  std::vector<section_schema> added) {
  const auto before = std::ranges::find(schema.sections, section, &section_schema::name);
  schema.sections.insert(std::next(before), std::make_move_iterator(added.begin()),
                         std::make_move_iterator(added.end()));
}

section_schema faults_section(const policy_catalogues& policies) {
  section_schema section{"faults",
                         "What goes wrong, where and when: a table [[faults]] each; what ends, "
                         "stops or cuts off nodes needs runtime.world = \"simulated\"",
                         {},
                         "kind",
                         cards(policies.faults),
                         true};
  section.keys.push_back({{.name = "kind",
                           .kind = value_kind::text,
                           .fallback = "crash",
                           .summary = "which one; echelon list faults shows them"}});
  for (parameter& declared : faults::schedule_parameters())
    section.keys.push_back({std::move(declared)});
  return section;
}

}  // namespace

const scenario_key* section_schema::find_key(std::string_view key) const {
  const auto found = std::ranges::find_if(
      keys, [key](const scenario_key& candidate) { return candidate.declared.name == key; });
  return found == keys.end() ? nullptr : &*found;
}

const policy_card* section_schema::find_policy(std::string_view policy) const {
  const auto found = std::ranges::find(policies, policy, &policy_card::name);
  return found == policies.end() ? nullptr : &*found;
}

const section_schema* scenario_schema::find(std::string_view section) const {
  const auto found = std::ranges::find(sections, section, &section_schema::name);
  return found == sections.end() ? nullptr : &*found;
}

scenario_schema make_schema(const policy_catalogues& policies) {
  section_schema server = choice("optimizer.server", "How the mean of local steps moves the model",
                                 "kind", "sgd", policies.servers);
  server.keys.push_back(number("rate", 1.0, "server learning rate", 0, 1e6));
  scenario_schema schema{
      {scenario_section(),
       runtime_section(),
       cluster_section(),
       data_section(policies),
       choice("data.partition", "How samples are dealt to nodes, or to parts where work is coded",
              "kind", "iid", policies.partitioners),
       choice("model", "What is trained", "kind", "mlp", policies.models),
       optimizer_section(policies),
       choice("optimizer.schedule", "Learning rate over the rounds", "kind", "constant",
              policies.schedules),
       std::move(server),
       topology_section(),
       coding_section(policies),
       compression_section(policies),
       choice("compression.ratios", "How senders share the budget", "kind", "uniform",
              policies.ratios),
       choice("compression.feedback", "What becomes of what messages leave out", "kind", "none",
              policies.feedbacks),
       hierarchy_section(),
       choice("hierarchy.groups", "Whose data belong together", "kind", "contiguous",
              policies.groupings),
       choice("aggregation", "How the answers of a star's workers become one", "policy", "mean",
              policies.rules),
       transmission_section(policies),
       choice("delays", "How long nodes and links take", "model", "none", policies.delays),
       links_section(),
       faults_section(policies)}};
  insert_after(schema, "topology", graph_sections(policies));
  insert_after(schema, "aggregation", merging_sections(policies));
  return schema;
}

}  // namespace echelon::experiments
