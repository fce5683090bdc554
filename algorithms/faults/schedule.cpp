#include "algorithms/faults/schedule.hpp"

#include <algorithm>
#include <charconv>

namespace echelon::faults {
namespace {

constexpr node_id the_coordinator{role::coordinator, 0};

std::string_view name_of(place where) {
  switch (where) {
    case place::link: return "a link";
    case place::node: return "a node";
    case place::worker: return "a worker";
    case place::coordinator: return "the coordinator";
  }
  return "a node";
}

bool suits(node_id node, place where) {
  switch (where) {
    case place::link: return node.kind != role::coordinator;
    case place::node: return true;
    case place::worker: return node.kind == role::worker;
    case place::coordinator: return node.kind == role::coordinator;
  }
  return false;
}

std::string last_of(role kind, index count) {
  return to_string(node_id{kind, static_cast<std::int32_t>(count - 1)});
}

result<node_id> place_of(const parameters& given, std::string_view kind, place where,
                         const tree& topology) {
  const std::string_view key = where == place::link ? "link" : "node";
  const std::string_view other = where == place::link ? "node" : "link";
  if (given.has(other))
    return given.refuse(other, "\"{}\" befalls {}; {} must say which", kind, name_of(where), key);
  if (!given.has(key) && where == place::coordinator)
    return the_coordinator;
  if (!given.has(key))
    return given.refuse("kind", "\"{}\" befalls {}; {} must say which, such as \"worker/0\"", kind,
                        name_of(where), key);
  const std::string& name = given.text(key);
  const auto node = node_named(name, topology);
  if (!node)
    return given.refuse(key, "\"{}\" is no node of this topology, which has {}{}", name,
                        last_of(role::worker, topology.workers()) + " as its last worker",
                        topology.is_star() ? ""
                                           : " and " + last_of(role::edge, topology.edges()) +
                                                 " as its last edge");
  if (!suits(*node, where))
    return given.refuse(key, "\"{}\" cannot befall \"{}\"; it must be {}{}", kind, name,
                        name_of(where), where == place::link ? ", named by the node below it" : "");
  return *node;
}

/// What befalls peers is said as for workers.
std::string_view name_among_peers(place where) {
  return where == place::link          ? "links"
         : where == place::coordinator ? "the coordinator"
                                       : "a peer";
}

/// Digits alone, below `count`.
std::optional<std::int32_t> number_below(std::string_view digits, index count) {
  std::int32_t number = -1;
  const auto [end, wrong] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool whole = wrong == std::errc{} && end == digits.data() + digits.size();
  return whole && number >= 0 && number < count ? std::optional{number} : std::nullopt;
}

/// "peer/3", or "peer/0..31".
result<peer_span> span_at(const parameters& given, std::string_view key, index peers) {
  constexpr std::string_view prefix = "peer/", range = "..";
  const std::string& name = given.text(key);
  const std::string_view numbers = std::string_view{name}.substr(
      name.starts_with(prefix) ? prefix.size() : name.size());
  const auto middle = numbers.find(range);
  const auto first = number_below(numbers.substr(0, middle), peers);
  const auto last = middle == numbers.npos
                        ? first
                        : number_below(numbers.substr(middle + range.size()), peers);
  if (!first || !last || *last < *first)
    return given.refuse(key,
                        "\"{}\" names nobody of this run; it must be one such as \"peer/{}\", or "
                        "several such as \"peer/0..{}\"",
                        name, peers - 1, peers - 1);
  return peer_span{*first, *last};
}

/// Faults that would change nothing among peers, or have nobody to befall.
result<void> check_among_peers(const parameters& given, std::string_view kind, const fault& what) {
  if (what.where() == place::coordinator)
    return given.refuse("kind", "\"{}\" befalls the coordinator, and peers have none; leave it out",
                        kind);
  if (what.clock_rate() != 1)
    return given.refuse("kind",
                        "\"{}\" has no effect with topology.kind = \"peers\", who measure nothing "
                        "that others use; leave it out",
                        kind);
  return {};
}

result<void> place_among_peers(const parameters& given, scheduled_fault& one, index peers) {
  const bool link = one.on_link();
  const std::string_view key = link ? "link" : "node", other = link ? "node" : "link";
  if (given.has(other))
    return given.refuse(other, "\"{}\" befalls {}; {} must say which", one.kind,
                        name_among_peers(one.what->where()), key);
  if (!given.has(key))
    return given.refuse("kind", "\"{}\" befalls {}; {} must say which, such as \"peer/0\"",
                        one.kind, name_among_peers(one.what->where()), key);
  ECHELON_TRY(const peer_span named, span_at(given, key, peers));
  one.at = {role::peer, named.first};
  one.among.near = named;
  if (!link && (given.has("to") || named.last != named.first))
    return given.refuse(given.has("to") ? "to" : key,
                        "\"{}\" befalls one peer; there must be a table of [[faults]] for each",
                        one.kind);
  if (given.has("to")) {
    ECHELON_TRY(one.among.far, span_at(given, "to", peers));
  }
  return {};
}

void set_times(const parameters& given, scheduled_fault& one) {
  const std::string& way = given.text("direction");
  one.way = way == "up" ? sense::up : way == "down" ? sense::down : sense::both;
  if (given.has("at_s"))
    one.at_time = to_nanoseconds(seconds{given.number("at_s")});
  if (given.has("at_round"))
    one.at_round = given.integer("at_round");
  if (given.has("for_s"))
    one.length = to_nanoseconds(seconds{given.number("for_s")});
}

result<void> check_world(const parameters& given, const scheduled_fault& one) {
  if (one.what->is_of_streams())
    return given.refuse(
        "kind",
        "\"{}\" befalls streams, and the simulated world has none; leave it out, or "
        "give it to echelon_proxy",
        one.kind);
  return {};
}

result<void> check_times(const parameters& given, const scheduled_fault& one) {
  if (given.has("at_s") && given.has("at_round"))
    return given.refuse("at_round", "{} beside at_s; one of them must be left out",
                        given.integer("at_round"));
  if (given.has("for_s") && one.what->kills() && one.at == the_coordinator)
    return given.refuse("for_s", "the coordinator returns by --resume; this must be left out");
  if (given.text("direction") != "both" && !one.on_link())
    return given.refuse("direction", "\"{}\" is not on a link; this must be left out", one.kind);
  return {};
}

}  // namespace

bool fault_plan::moves_nodes() const {
  return std::ranges::any_of(faults, [this](const scheduled_fault& one) {
    return one.at != the_coordinator && fatal_after(one, peer_timeout) != never;
  });
}

nanoseconds fatal_after(const scheduled_fault& one, nanoseconds peer_timeout) {
  if (one.what->kills())
    return nanoseconds{0};
  return one.what->cuts() && one.length > peer_timeout ? peer_timeout : never;
}

std::optional<node_id> node_named(std::string_view name, const tree& topology) {
  if (name == "coordinator")
    return the_coordinator;
  for (const auto& [kind, count] :
       {std::pair{role::worker, topology.workers()}, std::pair{role::edge, topology.edges()}}) {
    const std::string prefix = fmt::format("{}/", to_string(kind));
    if (!name.starts_with(prefix))
      continue;
    if (const auto number = number_below(name.substr(prefix.size()), count))
      return node_id{kind, *number};
  }
  return std::nullopt;
}

std::vector<parameter> schedule_parameters() {
  return {{.name = "node",
           .kind = value_kind::text,
           .fallback = std::nullopt,
           .summary = "whom it befalls: \"worker/3\", \"edge/0\", \"coordinator\", \"peer/2\""},
          {.name = "link",
           .kind = value_kind::text,
           .fallback = std::nullopt,
           .summary = "or which link: named by the node below it; \"peer/3\" or \"peer/0..31\": "
                      "all links from these peers to others"},
          {.name = "to",
           .kind = value_kind::text,
           .fallback = std::nullopt,
           .summary = "peers at the other ends of those links, named alike; default: all others"},
          {.name = "direction",
           .kind = value_kind::text,
           .fallback = "both",
           .summary = "over a link, as seen from the root; up: away from the peers it is named by",
           .choices = {"both", "up", "down"}},
          {.name = "at_s",
           .kind = value_kind::number,
           .fallback = std::nullopt,
           .summary = "when it begins, on the run's clock; default: at once",
           .least = 0,
           .most = 1e9},
          {.name = "at_round",
           .kind = value_kind::integer,
           .fallback = std::nullopt,
           .summary = "or with which round",
           .least = 1,
           .most = 1e9},
          {.name = "for_s",
           .kind = value_kind::number,
           .fallback = std::nullopt,
           .summary = "how long it holds; default: to the end",
           .least = 0,
           .most = 1e9}};
}

result<scheduled_fault> schedule_fault(const parameters& given, std::string kind, fault_ptr what,
                                       const tree& topology) {
  scheduled_fault one{.what = std::move(what), .kind = std::move(kind), .at = the_coordinator};
  ECHELON_CHECK(check_world(given, one));
  ECHELON_TRY(one.at, place_of(given, one.kind, one.what->where(), topology));
  if (given.has("to"))
    return given.refuse("to",
                        "\"{}\": links of a tree are named by the node below them alone; "
                        "leave it out",
                        given.text("to"));
  if (one.what->loses())
    return given.refuse("resent", "false leaves a tree's nodes waiting for what never comes; it "
                                  "must be true, or topology.kind \"peers\"");
  ECHELON_CHECK(check_times(given, one));
  set_times(given, one);
  return one;
}

result<scheduled_fault> schedule_peer_fault(const parameters& given, std::string kind,
                                            fault_ptr what, index peers) {
  scheduled_fault one{.what = std::move(what), .kind = std::move(kind), .at = the_coordinator};
  ECHELON_CHECK(check_world(given, one));
  ECHELON_CHECK(check_among_peers(given, one.kind, *one.what));
  ECHELON_CHECK(place_among_peers(given, one, peers));
  ECHELON_CHECK(check_times(given, one));
  set_times(given, one);
  return one;
}

}  // namespace echelon::faults
