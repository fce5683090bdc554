#include "algorithms/transmission/link_model.hpp"

#include <algorithm>

namespace echelon::transmission {
namespace {

std::vector<parameter> cost_keys() {
  return {
      {"bandwidth_bps", value_kind::number, std::nullopt, "bits a second; 0: unlimited", 0.0},
      {"latency_s", value_kind::number, std::nullopt, "seconds from sending to arrival", 0.0,
       seconds_max.count()},
  };
}

std::vector<parameter> medium_keys() {
  return {
      {.name = "at",
       .kind = value_kind::text,
       .fallback = "coordinator",
       .summary = "whose port the links share",
       .choices = {"coordinator", "edge"}},
      {.name = "direction",
       .kind = value_kind::text,
       .fallback = "up",
       .summary = "towards the root or away from it",
       .choices = {"up", "down"}},
      {.name = "bandwidth_bps",
       .kind = value_kind::number,
       .fallback = std::nullopt,
       .summary = "bits a second of all links together",
       .least = 1.0,
       .required = true},
  };
}

link_cost overridden(link_cost cost, const parameters& given) {
  if (given.has("bandwidth_bps"))
    cost.bandwidth_bps = given.number("bandwidth_bps");
  if (given.has("latency_s"))
    cost.latency_s = given.number("latency_s");
  return cost;
}

result<std::vector<shared_medium>> read_media(const parameters& given) {
  ECHELON_TRY(const auto tables, given.nested_list("shared", medium_keys()));
  std::vector<shared_medium> media;
  for (const parameters& table : tables) {
    const shared_medium read{.at = table.text("at") == "edge" ? role::edge : role::coordinator,
                             .way = table.text("direction") == "up" ? direction::up
                                                                    : direction::down,
                             .bandwidth_bps = table.number("bandwidth_bps")};
    if (std::ranges::any_of(media, [&read](const shared_medium& known) {
          return known.at == read.at && known.way == read.way;
        }))
      return table.refuse("at", "a second medium for \"{}\" {}; there must be one at most",
                          table.text("at"), table.text("direction"));
    media.push_back(read);
  }
  return media;
}

}  // namespace

nanoseconds link_cost::transfer(std::int64_t bytes) const {
  if (bandwidth_bps <= 0)
    return nanoseconds{0};
  return to_nanoseconds(seconds{static_cast<double>(bytes) * 8 / bandwidth_bps});
}

const link_cost& link_plan::cost(role child, direction way) const {
  if (child == role::edge)
    return way == direction::up ? far_up : far_down;
  return way == direction::up ? near_up : near_down;
}

std::optional<shared_medium> link_plan::medium(role parent, direction way) const {
  const auto found = std::ranges::find_if(shared, [=](const shared_medium& candidate) {
    return candidate.at == parent && candidate.way == way;
  });
  return found == shared.end() ? std::nullopt : std::optional{*found};
}

std::vector<parameter> link_parameters() {
  std::vector<parameter> keys = cost_keys();
  const auto table = [&keys](std::string name, std::string summary) {
    keys.push_back({std::move(name), value_kind::table, std::nullopt,
                    "bandwidth_bps, latency_s " + std::move(summary)});
  };
  table("up", "towards the root, where other than the above");
  table("down", "away from the root, where other than the above");
  table("near", "of a worker's link, both ways, where other than all of the above");
  table("far", "of an edge's link, both ways, where other than all of the above");
  keys.push_back({"shared", value_kind::list, std::nullopt,
                  "media that links share: { at, direction, bandwidth_bps }"});
  return keys;
}

result<link_plan> make_links(const parameters& given) {
  const auto keys = cost_keys();
  ECHELON_TRY(const parameters up, given.nested("up", keys));
  ECHELON_TRY(const parameters down, given.nested("down", keys));
  ECHELON_TRY(const parameters near, given.nested("near", keys));
  ECHELON_TRY(const parameters far, given.nested("far", keys));
  const link_cost base = overridden({}, given);
  const link_cost base_up = overridden(base, up);
  const link_cost base_down = overridden(base, down);
  link_plan plan{.near_up = overridden(base_up, near),
                 .near_down = overridden(base_down, near),
                 .far_up = overridden(base_up, far),
                 .far_down = overridden(base_down, far),
                 .shared = {}};
  ECHELON_TRY(plan.shared, read_media(given));
  return plan;
}

}  // namespace echelon::transmission
