#include "tools/proxy/schedule.hpp"

#include <algorithm>
#include <array>

#include <fmt/ranges.h>

#include "algorithms/faults/schedule.hpp"

namespace echelon::proxy {
namespace {

/// A kind of fault that streams suffer, which key has its number, and what that is multiplied by.
struct stream_kind {
  std::string_view kind;
  fault what;
  std::string_view key = "";
  double factor = 1;
};

constexpr std::array kinds{
    stream_kind{"latency", fault::latency, "latency_s"},
    stream_kind{"jitter", fault::jitter, "jitter_s"},
    stream_kind{"bandwidth", fault::bandwidth, "bandwidth_bps", 1.0 / 8},
    stream_kind{"loss", fault::loss, "probability"},
    stream_kind{"duplication", fault::duplication, "probability"},
    stream_kind{"corruption", fault::corrupt, "bytes"},
    stream_kind{"reset", fault::reset},
    stream_kind{"slow-close", fault::slow_close, "close_s"},
    stream_kind{"refusal", fault::refuse},
    stream_kind{"half-open", fault::abandon},
    stream_kind{"partition", fault::cut},
};

/// All that a fault of that kind may say.
std::vector<parameter> declared_for(const stream_kind& of) {
  std::vector<parameter> declared = faults::schedule_parameters();
  declared.push_back({.name = "kind",
                      .kind = value_kind::text,
                      .fallback = std::nullopt,
                      .summary = "what goes wrong"});
  for (const parameter& own : faults::known_faults().find(of.kind)->card.parameters)
    declared.push_back(own);
  return declared;
}

result<const stream_kind*> kind_of(const value& given, const std::string& section) {
  const auto refuse = [&](const value& where, std::string_view sentence) {
    return std::unexpected(refusal(where.where(), section + ".kind", sentence));
  };
  if (!given.is_table())
    return std::unexpected(refusal(given.where(), section, "must be a table"));
  const auto named = given.table().find("kind");
  if (named == given.table().end())
    return refuse(given, "must be said");
  std::vector<std::string> known;
  for (const stream_kind& each : kinds)
    known.emplace_back(each.kind);
  if (named->second.is_text())
    if (const auto found = std::ranges::find(kinds, named->second.text(), &stream_kind::kind);
        found != kinds.end())
      return found;
  return refuse(named->second, fmt::format("is nothing that streams suffer; they suffer {}",
                                           fmt::join(known, ", ")));
}

result<void> check_place(const parameters& given) {
  for (const char* key : {"node", "to", "at_round"})
    if (given.has(key))
      return given.refuse(key, "a proxy knows neither nodes nor rounds; link, at_s and for_s say "
                               "where and when");
  return {};
}

result<std::optional<std::size_t>> route_of(const parameters& given,
                                            std::span<const std::string> routes) {
  if (!given.has("link"))
    return std::nullopt;
  const auto found = std::ranges::find(routes, given.text("link"));
  if (found == routes.end())
    return given.refuse("link", "\"{}\" is no route; there are {}", given.text("link"),
                        fmt::join(routes, ", "));
  return static_cast<std::size_t>(found - routes.begin());
}

result<episode> read_episode(const value& given, const std::string& section,
                             std::span<const std::string> routes) {
  ECHELON_TRY(const stream_kind* of, kind_of(given, section));
  ECHELON_TRY(const parameters said, parameters::resolve(given, declared_for(*of), section));
  ECHELON_CHECK(check_place(said));
  episode read;
  read.what = of->what;
  ECHELON_TRY(read.route, route_of(said, routes));
  if (said.has("at_s"))
    read.begins = to_nanoseconds(seconds{said.number("at_s")});
  read.ends = said.has("for_s") ? read.begins + to_nanoseconds(seconds{said.number("for_s")})
                                : faults::never;
  if (!of->key.empty())
    read.value = of->factor * said.number(of->key);
  if (of->what == fault::loss)
    read.retransmission = to_nanoseconds(seconds{said.number("retry_s")});
  if (const std::string& direction = said.text("direction"); direction != "both")
    read.only = direction == "up" ? way::forth : way::back;
  return read;
}

void add(net::direction_faults& to, const episode& one) {
  const auto time = [&] { return to_nanoseconds(seconds{one.value}); };
  switch (one.what) {
    case fault::latency: to.latency += time(); break;
    case fault::jitter: to.jitter += time(); break;
    case fault::bandwidth: to.bytes_per_s = one.value; break;
    case fault::loss:
      to.loss = one.value;
      to.retransmission = one.retransmission;
      break;
    case fault::duplication: to.duplication = one.value; break;
    case fault::slow_close: to.close_delay = time(); break;
    case fault::cut: to.outages.push_back({one.begins, one.ends}); break;
    case fault::refuse:
    case fault::reset:
    case fault::corrupt:
    case fault::abandon: break;  // they befall streams, not bytes
  }
}

}  // namespace

result<std::vector<episode>> read_schedule(const value& scenario,
                                           std::span<const std::string> routes) {
  std::vector<episode> all;
  const auto given = scenario.table().find("faults");
  if (given == scenario.table().end())
    return all;
  if (!given->second.is_list())
    return std::unexpected(refusal(given->second.where(), "faults", "must be tables: [[faults]]"));
  for (const value& each : given->second.list()) {
    ECHELON_TRY(const episode read,
                read_episode(each, fmt::format("faults[{}]", all.size()), routes));
    all.push_back(read);
  }
  return all;
}

net::direction_faults faults_at(const std::vector<episode>& schedule, nanoseconds moment,
                                std::size_t route, way direction) {
  net::direction_faults all;
  for (const episode& one : schedule)
    if (one.lasts_at(moment) && one.concerns(route, direction))
      add(all, one);
  return all;
}

}  // namespace echelon::proxy
