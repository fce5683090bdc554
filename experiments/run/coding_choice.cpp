#include "experiments/run/coding_choice.hpp"

namespace echelon::experiments {
namespace {

bool is_count(const value& given) { return given.is_integer() && given.integer() >= 0; }

/// One number, or a list of them.
result<std::vector<index>> counts(const parameters& section, std::string_view key) {
  const value& given = section.at(key);
  const value_list list = given.is_list() ? given.list() : value_list{given};
  std::vector<index> all;
  for (const value& entry : list) {
    if (!is_count(entry))
      return section.refuse(key, "{} is no number of stragglers; it must be 0 or more",
                            entry.toml());
    all.push_back(entry.integer());
  }
  if (all.empty())
    return section.refuse(key, "an empty list; it must hold a number for each");
  return all;
}

result<std::vector<std::string>> texts(const parameters& section, std::string_view key) {
  std::vector<std::string> all;
  for (const value& entry : section.at(key).list()) {
    if (!entry.is_text())
      return section.refuse(key, "{} is no name of a code; it must be a text", entry.toml());
    all.push_back(entry.text());
  }
  return all;
}

}  // namespace

result<coding::plan_choice> coding_choice(const scenario& built) {
  const parameters& section = built.section("coding");
  const policy_choice& chosen = built.policy("coding");
  coding::plan_choice choice{.policy = chosen.name,
                             // The settings' own place would hide which key is meant.
                             .settings = value{chosen.settings.table()},
                             .parts = section.integer("parts"),
                             .stragglers = section.integer("stragglers")};
  ECHELON_TRY(choice.beyond, coding::beyond_from(section.text("beyond")));
  ECHELON_TRY(choice.edge_stragglers, counts(section, "edge_stragglers"));
  ECHELON_TRY(choice.worker_stragglers, counts(section, "worker_stragglers"));
  ECHELON_TRY(choice.layers, texts(section, "layers"));
  return choice;
}

}  // namespace echelon::experiments
