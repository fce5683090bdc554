#include "algorithms/coding/dynamic/mask_cover.hpp"

#include <algorithm>
#include <map>

namespace echelon::coding {
namespace {

/// Who may answer for each wanted part.
using candidates = std::map<index, std::vector<index>>;

/// Greedy set cover: always the sender that has finished most of what is still open. Empty where
/// something stays open.
std::vector<index> cover(std::span<const index> wanted,
                         std::span<const std::vector<index>> finished) {
  std::map<index, bool> open;
  for (const index part : wanted)
    open[part] = true;
  const auto is_open = [&open](index part) {
    const auto found = open.find(part);
    return found != open.end() && found->second;
  };
  std::vector<index> chosen;
  for (index left = std::ssize(wanted); left > 0;) {
    index best = 0;
    index most = 0;
    for (index sender = 0; sender < std::ssize(finished); ++sender)
      if (const index gain = std::ranges::count_if(finished[slot(sender)], is_open); gain > most) {
        best = sender;
        most = gain;
      }
    if (most == 0)
      return {};
    chosen.push_back(best);
    for (const index part : finished[slot(best)])
      if (is_open(part))
        open[part] = false;
    left -= most;
  }
  return chosen;
}

/// Greedy choices may make an earlier one superfluous.
void drop_superfluous(candidates& holders, std::vector<index>& chosen) {
  std::erase_if(chosen, [&holders](index sender) {
    const auto leans_on = [sender](const auto& entry) {
      return entry.second.size() == 1 && entry.second.front() == sender;
    };
    if (std::ranges::any_of(holders, leans_on))
      return false;
    for (auto& [part, able] : holders)
      std::erase(able, sender);
    return true;
  });
}

}  // namespace

std::vector<mask> choose_masks(std::span<const index> wanted,
                               std::span<const std::vector<index>> finished) {
  std::vector<index> chosen = cover(wanted, finished);
  std::ranges::sort(chosen);
  candidates holders;
  for (const index sender : chosen)
    for (const index part : finished[slot(sender)])
      if (std::ranges::binary_search(wanted, part))
        holders[part].push_back(sender);
  drop_superfluous(holders, chosen);
  // Parts with the least choice first, each to the lightest mask so far.
  std::vector<index> parts;
  for (const auto& [part, able] : holders)
    parts.push_back(part);
  std::ranges::stable_sort(parts, {}, [&holders](index part) { return holders[part].size(); });
  std::map<index, std::vector<index>> dealt;
  for (const index part : parts)
    dealt[*std::ranges::min_element(holders[part], {}, [&dealt](index sender) {
      return dealt[sender].size();
    })].push_back(part);
  std::vector<mask> masks;
  for (auto& [sender, own] : dealt) {
    std::ranges::sort(own);
    masks.push_back({sender, std::move(own)});
  }
  return masks;
}

}  // namespace echelon::coding
