#include "experiments/chaos/shrinking.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace echelon::experiments::chaos {
namespace {

/// Keeps a smaller candidate where it still fails.
class shrinker {
public:
  shrinker(value settings, const still_fails& fails, index tries_max)
      : best_(std::move(settings)), fails_(fails), left_(tries_max) {}

  bool drop_faults() {
    bool any = false;
    for (auto size = std::max<std::size_t>(faults().size() / 2, 1); size > 0; size /= 2)
      for (std::size_t first = 0; first < faults().size();) {
        value_list fewer = faults();
        const auto begin = fewer.begin() + static_cast<std::ptrdiff_t>(first);
        fewer.erase(begin,
                    begin + static_cast<std::ptrdiff_t>(std::min(size, fewer.size() - first)));
        if (try_faults(std::move(fewer)))
          any = true;
        else
          first += size;
      }
    return any;
  }

  /// Sections as a whole, then keys, of sections and of faults.
  bool drop_keys() {
    bool any = false;
    for (const std::string& section : names(best_)) {
      // Defaults there are larger than what stands here: runs would take longer, not less.
      if (section == "faults" || section == "scenario" || section == "data" || section == "model")
        continue;
      any |= try_without({section});
      if (const auto found = best_.table().find(section);
          found != best_.table().end() && found->second.is_table())
        for (const std::string& key : names(found->second))
          any |= try_without({section, key});
    }
    for (std::size_t fault = 0; fault < faults().size(); ++fault)
      for (const std::string& key : names(faults()[fault])) {
        value_list simpler = faults();
        simpler[fault].table().erase(key);
        any |= try_faults(std::move(simpler));
      }
    return any;
  }

  bool fewer_rounds() {
    const auto section = best_.table().find("scenario");
    if (section == best_.table().end())
      return false;
    const auto rounds = section->second.table().find("rounds");
    if (rounds == section->second.table().end() || !rounds->second.is_integer())
      return false;
    const std::int64_t now = rounds->second.integer();
    for (const std::int64_t fewer : {std::int64_t{1}, now / 2, now - 1}) {
      value candidate = best_;
      candidate.table()["scenario"].table()["rounds"] = fewer;
      if (fewer >= 1 && fewer < now && keep(std::move(candidate)))
        return true;
    }
    return false;
  }

  value best() && { return std::move(best_); }

private:
  static std::vector<std::string> names(const value& table) {
    std::vector<std::string> all;
    for (const auto& [name, member] : table.table())
      all.push_back(name);
    return all;
  }
  const value_list& faults() const {
    static const value_list none;
    const auto found = best_.table().find("faults");
    return found == best_.table().end() ? none : found->second.list();
  }
  bool try_faults(value_list fewer) {
    value candidate = best_;
    if (fewer.empty())
      candidate.table().erase("faults");
    else
      candidate.table()["faults"] = value{std::move(fewer)};
    return keep(std::move(candidate));
  }
  bool try_without(const std::vector<std::string>& path) {
    value candidate = best_;
    value* place = &candidate;
    for (std::size_t depth = 0; depth + 1 < path.size(); ++depth)
      place = &place->table()[path[depth]];
    return place->table().erase(path.back()) > 0 && keep(std::move(candidate));
  }
  bool keep(value candidate) {
    if (left_ == 0)
      return false;
    --left_;
    if (!fails_(candidate))
      return false;
    best_ = std::move(candidate);
    return true;
  }

  value best_;
  const still_fails& fails_;
  index left_;
};

}  // namespace

value shrink(value settings, const still_fails& fails, index tries_max) {
  shrinker at{std::move(settings), fails, tries_max};
  bool smaller = true;
  while (smaller) {
    smaller = at.drop_faults();
    smaller |= at.fewer_rounds();
    smaller |= at.drop_keys();
  }
  return std::move(at).best();
}

std::string settings_toml(const value& settings) {
  std::string text;
  const auto write = [&text](std::string_view header, const value& table) {
    text += fmt::format("{}{}\n", text.empty() ? "" : "\n", header);
    for (const auto& [key, member] : table.table())
      text += fmt::format("{} = {}\n", key, member.toml());
  };
  for (const auto& [name, member] : settings.table())
    if (member.is_table())
      write(fmt::format("[{}]", name), member);
  for (const auto& [name, member] : settings.table())
    if (member.is_list())
      for (const value& entry : member.list())
        write(fmt::format("[[{}]]", name), entry);
  return text;
}

}  // namespace echelon::experiments::chaos
