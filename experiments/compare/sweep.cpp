#include "experiments/compare/sweep.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "algorithms/base/hash.hpp"
#include "algorithms/base/parameters.hpp"
#include "experiments/scenario/toml_reader.hpp"

namespace echelon::experiments {
namespace {

constexpr std::size_t tune_seeds_default = 3;
constexpr std::size_t folder_letters_max = 60;

/// A key of [grid] or [tune] and the values it goes through.
struct dimension {
  std::string key;
  value_list choices;
  origin where;
};

const std::vector<parameter>& declared_keys() {
  static const std::vector<parameter> keys{
      {.name = "base",
       .kind = value_kind::text,
       .fallback = {},
       .summary = "the scenario that the grid varies, a file beside the sweep",
       .required = true},
      {.name = "seeds",
       .kind = value_kind::list,
       .fallback = {},
       .summary = "the seeds that every grid point is run with",
       .required = true},
      {.name = "tune_seeds",
       .kind = value_kind::list,
       .fallback = {},
       .summary = "the seeds on which [tune] chooses"},
      {.name = "tune_by",
       .kind = value_kind::text,
       .fallback = value{"final_accuracy"},
       .summary = "what [tune] maximises: accuracy at the end, or its mean over the run",
       .choices = {"final_accuracy", "mean_accuracy"}},
      {.name = "grid",
       .kind = value_kind::table,
       .fallback = {},
       .summary = "keys of the scenario, each with the list of its values",
       .required = true},
      {.name = "tune",
       .kind = value_kind::table,
       .fallback = {},
       .summary = "keys tuned for every grid point, each with a list"},
      {.name = "baseline",
       .kind = value_kind::text,
       .fallback = {},
       .summary = "the key of [grid] whose first value all others are compared with"},
      {.name = "target",
       .kind = value_kind::table,
       .fallback = {},
       .summary = "what a run has to reach"}};
  return keys;
}

const std::vector<parameter>& declared_target() {
  static const std::vector<parameter> keys{{.name = "accuracy_of",
                                            .kind = value_kind::text,
                                            .fallback = {},
                                            .summary = "the baseline, as \"key=value\"",
                                            .required = true},
                                           {.name = "fraction",
                                            .kind = value_kind::number,
                                            .fallback = value{1.0},
                                            .summary = "share of the baseline's final accuracy",
                                            .least = 1e-6,
                                            .most = 1},
                                           {.name = "smoothing",
                                            .kind = value_kind::integer,
                                            .fallback = value{1},
                                            .summary = "evaluations in a trailing mean",
                                            .least = 1,
                                            .most = 1e6}};
  return keys;
}

result<std::vector<std::int64_t>> seeds_of(const parameters& settings, const std::string& key) {
  std::vector<std::int64_t> seeds;
  for (const value& seed : settings.at(key).list()) {
    if (!seed.is_integer() || seed.integer() < 0)
      return settings.refuse(key, "{} is not a seed; a seed is an integer from 0", seed.toml());
    if (std::ranges::find(seeds, seed.integer()) != seeds.end())
      return settings.refuse(key, "{} is there twice; each seed counts once", seed.toml());
    seeds.push_back(seed.integer());
  }
  if (seeds.empty())
    return settings.refuse(key, "is empty; name at least one seed");
  return seeds;
}

/// Tables inside [grid] are dotted keys written without quotes.
result<void> add_dimensions(std::vector<dimension>& found, const value& table,
                            const std::string& prefix, std::string_view section) {
  for (const auto& [name, member] : table.table()) {
    const std::string key = prefix.empty() ? name : prefix + "." + name;
    if (member.is_table()) {
      ECHELON_CHECK(add_dimensions(found, member, key, section));
      continue;
    }
    const std::string whole = fmt::format("{}.{}", section, key);
    if (!member.is_list() || member.list().empty())
      return std::unexpected(refusal(member.where(), whole,
                                     "is not a list of values; a key with one value is [value]"));
    for (std::size_t i = 0; i < member.list().size(); ++i)
      for (std::size_t j = 0; j < i; ++j)
        if (member.list()[i] == member.list()[j])
          return std::unexpected(
              refusal(member.where(), whole, fmt::format("has {} twice", member.list()[i].toml())));
    found.push_back({key, member.list(), member.where()});
  }
  return {};
}

result<std::vector<dimension>> dimensions_of(const parameters& settings,
                                             const std::string& section) {
  std::vector<dimension> found;
  ECHELON_CHECK(add_dimensions(found, settings.at(section), {}, section));
  std::ranges::stable_sort(found, {}, [](const dimension& one) { return one.where.line; });
  if (found.empty())
    return settings.refuse(section, "is empty; give at least one key with a list of values");
  return found;
}

/// Every combination; the last key changes fastest.
result<std::vector<assignments>> combinations_of(const parameters& settings,
                                                 const std::string& section) {
  ECHELON_TRY(const std::vector<dimension> dimensions, dimensions_of(settings, section));
  std::vector<assignments> combinations{{}};
  for (const dimension& varied : dimensions) {
    if (std::ssize(combinations) * std::ssize(varied.choices) > sweep_runs_max)
      return settings.refuse(section, "has more than {} combinations", sweep_runs_max);
    std::vector<assignments> longer;
    for (const assignments& begun : combinations)
      for (const value& choice : varied.choices) {
        longer.push_back(begun);
        longer.back().push_back({varied.key, choice});
      }
    combinations = std::move(longer);
  }
  return combinations;
}

/// A value as a label shows it: texts without quotes, tables by their name or without braces.
std::string shown(const value& given) {
  if (given.is_text())
    return given.text();
  if (!given.is_table())
    return given.toml();
  if (const auto name = given.table().find("name"); name != given.table().end())
    return shown(name->second);
  std::vector<std::string> members;
  for (const auto& [key, member] : given.table())
    members.push_back(key == "policy" || key == "kind" ? shown(member) : key + " " + shown(member));
  return fmt::format("{}", fmt::join(members, " "));
}

/// Values where one key varies, "key=value" with the key's last name where several do.
std::string label_of(const assignments& chosen) {
  std::vector<std::string> texts;
  for (const assignment& one : chosen) {
    const std::string name = one.key.substr(one.key.rfind('.') + 1);
    texts.push_back(chosen.size() == 1 || one.given.is_table() ? shown(one.given)
                                                               : name + "=" + shown(one.given));
  }
  return fmt::format("{}", fmt::join(texts, ", "));
}

/// "compression.ratios=uniform" as a key and one of the values it has in the grid.
result<assignment> named_baseline(const parameters& target, const std::vector<grid_point>& points) {
  const std::string& text = target.text("accuracy_of");
  const std::size_t equals = text.find('=');
  const auto trimmed = [](std::string part) {
    const auto first = part.find_first_not_of(' ');
    return first == std::string::npos ? std::string{}
                                      : part.substr(first, part.find_last_not_of(' ') - first + 1);
  };
  if (equals == std::string::npos)
    return target.refuse("accuracy_of", "\"{}\" is not key=value, such as coding.policy=uncoded",
                         text);
  const std::string key = trimmed(text.substr(0, equals));
  const std::string wanted = trimmed(text.substr(equals + 1));
  std::vector<std::string> known;
  for (const grid_point& point : points)
    for (const assignment& one : point.chosen)
      if (one.key == key) {
        if (one.given.toml() == wanted || shown(one.given) == wanted)
          return one;
        known.push_back(shown(one.given));
      } else if (one.given.is_table() && key.starts_with(one.key + ".")) {
        const auto member = one.given.table().find(key.substr(one.key.size() + 1));
        if (member == one.given.table().end())
          continue;
        if (shown(member->second) == wanted)
          return one;
        known.push_back(shown(member->second));
      }
  if (known.empty())
    return target.refuse("accuracy_of", "{} is no key of [grid]", key);
  std::ranges::sort(known);
  known.erase(std::ranges::unique(known).begin(), known.end());
  return target.refuse("accuracy_of", "[grid] does not give {} the value {}{}", key, wanted,
                       suggestion(wanted, known));
}

void link_baselines(std::vector<grid_point>& points, const assignment& baseline) {
  for (grid_point& point : points) {
    assignments wanted = point.chosen;
    for (assignment& one : wanted)
      if (one.key == baseline.key)
        one.given = baseline.given;
    const auto found = std::ranges::find_if(points, [&wanted](const grid_point& other) {
      return std::ranges::equal(other.chosen, wanted, [](const assignment& a, const assignment& b) {
        return a.key == b.key && a.given == b.given;
      });
    });
    point.baseline = static_cast<std::size_t>(found - points.begin());
  }
}

result<void> read_target(sweep& read, const parameters& settings) {
  if (settings.has("baseline")) {
    const std::string& key = settings.text("baseline");
    const auto& chosen = read.points.front().chosen;
    const auto first = std::ranges::find(chosen, key, &assignment::key);
    if (first == chosen.end())
      return settings.refuse("baseline", "{} is no key of [grid]", key);
    link_baselines(read.points, *first);
  }
  if (!settings.has("target"))
    return {};
  ECHELON_TRY(const parameters target,
              parameters::resolve(settings.at("target"), declared_target(), "target"));
  ECHELON_TRY(const assignment baseline, named_baseline(target, read.points));
  link_baselines(read.points, baseline);
  read.target = target_rule{target.text("accuracy_of"), target.number("fraction"),
                            target.integer("smoothing")};
  return {};
}

/// Settings that a point and its tuning both give would make the order of arguments decide.
bool sets(const grid_point& point, const std::string& tuned) {
  for (const assignment& one : point.chosen)
    for (const std::string& setting : one.settings()) {
      const std::string key = setting.substr(0, setting.find('='));
      if (key == tuned || key.starts_with(tuned + ".") || tuned.starts_with(key + "."))
        return true;
    }
  return false;
}

result<void> read_tuning(sweep& read, const parameters& settings) {
  if (!settings.has("tune"))
    return settings.has("tune_seeds")
               ? result<void>{settings.refuse("tune_seeds", "needs a section [tune]")}
               : result<void>{};
  ECHELON_TRY(read.tunings, combinations_of(settings, "tune"));
  read.tuned_by = settings.text("tune_by") == "mean_accuracy" ? metric::mean_accuracy
                                                              : metric::final_accuracy;
  for (const assignment& tuned : read.tunings.front())
    for (const grid_point& point : read.points)
      if (sets(point, tuned.key))
        return settings.refuse("tune", "{} is varied by [grid] already", tuned.key);
  if (settings.has("tune_seeds")) {
    ECHELON_TRY(read.tune_seeds, seeds_of(settings, "tune_seeds"));
  } else {
    const std::int64_t greatest = std::ranges::max(read.seeds);
    for (std::size_t i = 0; i < std::min(tune_seeds_default, read.seeds.size()); ++i)
      read.tune_seeds.push_back(greatest + 1 + static_cast<std::int64_t>(i));
  }
  for (const std::int64_t seed : read.tune_seeds)
    if (std::ranges::find(read.seeds, seed) != read.seeds.end())
      return settings.refuse(
          "tune_seeds", "{} is one of seeds; tuning on the seeds that are compared flatters", seed);
  return {};
}

}  // namespace

std::vector<std::string> assignment::settings() const {
  if (!given.is_table())
    return {key + "=" + given.toml()};
  std::vector<std::string> all;
  const bool sections = key == together;
  for (const auto& [name, member] : given.table())
    if (!sections || name != "name")
      for (const std::string& one :
           assignment{sections ? name : key + "." + name, member}.settings())
        all.push_back(one);
  return all;
}

std::string folder_of(const assignments& chosen) {
  std::string name, settings;
  for (const assignment& one : chosen)
    settings += one.key + "=" + one.given.toml() + "\n";
  for (const char letter : label_of(chosen).substr(0, folder_letters_max)) {
    const bool safe = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                      (letter >= '0' && letter <= '9');
    if (safe || !name.ends_with('-'))
      name += safe ? letter : '-';
  }
  // The label may be cut or lose its signs; the hash keeps names apart.
  const std::string hash = hash_text(hash_bytes(std::as_bytes(std::span{settings})));
  return name + (name.ends_with('-') ? "" : "-") + hash.substr(0, 8);
}

index sweep::runs() const {
  const index paired = std::ssize(points) * std::ssize(seeds);
  return paired + std::ssize(points) * std::ssize(tunings) * std::ssize(tune_seeds);
}

result<sweep> make_sweep(const value& settings, const std::filesystem::path& file) {
  ECHELON_TRY(const parameters resolved, parameters::resolve(settings, declared_keys(), ""));
  sweep read;
  read.file = file;
  read.base = file.parent_path() / resolved.text("base");
  if (!std::filesystem::exists(read.base))
    return resolved.refuse("base", "{} does not exist; it is looked for beside the sweep",
                           read.base.string());
  ECHELON_TRY(read.seeds, seeds_of(resolved, "seeds"));
  ECHELON_TRY(const std::vector<assignments> combinations, combinations_of(resolved, "grid"));
  for (const assignments& chosen : combinations)
    read.points.push_back({chosen, label_of(chosen), folder_of(chosen)});
  ECHELON_CHECK(read_target(read, resolved));
  ECHELON_CHECK(read_tuning(read, resolved));
  if (read.runs() > sweep_runs_max)
    return resolved.refuse("grid", "asks for {} runs; at most {} are allowed", read.runs(),
                           sweep_runs_max);
  return read;
}

result<sweep> read_sweep(const std::filesystem::path& file) {
  ECHELON_TRY(const value settings, read_toml(file));
  ECHELON_TRY(sweep read, make_sweep(settings, file));
  std::ostringstream text;
  text << std::ifstream{file}.rdbuf();
  read.text = std::move(text).str();
  return read;
}

}  // namespace echelon::experiments
