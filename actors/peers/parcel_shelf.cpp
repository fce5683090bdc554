#include "actors/peers/parcel_shelf.hpp"

#include <algorithm>

namespace echelon::actors {
namespace {

/// Of one neighbour: more than it can be ahead by unless we were given up.
constexpr std::size_t parcels_max = 4;

}  // namespace

void parcel_shelf::open(meeting now) {
  now_ = std::move(now);
  patient_ = words_awaited_ = true;
  told_ = false;
  asked_.clear();
  taken_.clear();
  passed_ = -1;
}

void parcel_shelf::lose(index peer) {
  gone_[peer] = std::nullopt;
  asked_.erase(peer);
}

bool parcel_shelf::here(index peer) const {
  const auto found = gone_.find(peer);
  return found == gone_.end() || (found->second && *found->second <= now_.number);
}

bool parcel_shelf::lost(index peer) const {
  const auto found = gone_.find(peer);
  return found != gone_.end() && !found->second;
}

bool parcel_shelf::add(index peer, index exchange, merging::parcel content) {
  if (exchange == 0) {
    orders_[peer] = std::move(content);
    return now_.number == 0;
  }
  if (fetches() && (exchange != now_.number || asked_.erase(peer) == 0 || peer <= passed_))
    return false;
  auto& known = parcels_[peer];
  const bool exact = plan_.mode == waiting_for::everyone;
  const bool late = exact ? exchange < now_.number || (told_ && exchange == now_.number)
                          : !known.empty() && exchange <= known.rbegin()->first;
  if (late && !plan_.absence->keeps_stale())
    return false;
  known[exchange] = std::move(content);
  while (known.size() > (exact ? parcels_max : 1)) {
    refuse(peer, known.begin()->first);  // it will not come again
    known.erase(known.begin());
  }
  return !late;
}

void parcel_shelf::confirm(index peer, index exchange, bool came) {
  if (exchange >= now_.number)
    verdicts_[{exchange, peer}] = came;
}

bool parcel_shelf::came(index peer) const {
  if (now_.number == 0)
    return orders_.contains(peer);
  if (taken_.contains(peer))
    return true;
  const auto known = parcels_.find(peer);
  return known != parcels_.end() && known->second.contains(now_.number);
}

bool parcel_shelf::is_awaited(index peer) const {
  return patient_ && here(peer) && !refused_.contains({now_.number, peer});
}

std::vector<index> parcel_shelf::to_be_asked() {
  index room = plan_.models_at_once == 0 ? plan_.peers() : plan_.models_at_once;
  std::vector<index> wanted;
  for (const auto& [peer, weight] : now_.row.others) {
    if (peer <= passed_ || !(came(peer) || is_awaited(peer)))
      continue;
    if (--room < 0)
      break;
    if (!came(peer) && asked_.insert(peer).second)
      wanted.push_back(peer);
  }
  return wanted;
}

std::optional<merging::arrival> parcel_shelf::next() {
  for (const auto& [peer, weight] : now_.row.others) {
    if (peer <= passed_)
      continue;
    const bool here = came(peer);
    if (!here && is_awaited(peer))
      break;
    passed_ = peer;
    if (here) {
      taken_.insert(peer);
      auto content = parcels_[peer].extract(now_.number);
      return merging::arrival{peer, weight, std::move(content.mapped())};
    }
  }
  return std::nullopt;
}

bool parcel_shelf::models_in() const {
  const bool order = now_.number == 0;
  if (fetches())
    return std::ranges::all_of(now_.row.others, [this](const auto& other) {
      return other.peer <= passed_ || !(came(other.peer) || is_awaited(other.peer));
    });
  if (!patient_ || (plan_.mode == waiting_for::nobody && !order))
    return true;
  return std::ranges::all_of(now_.row.others, [this, order](const auto& other) {
    if (!is_awaited(other.peer))
      return true;
    if (plan_.mode == waiting_for::everyone || order)
      return came(other.peer);
    const auto known = parcels_.find(other.peer);
    const index newest = known == parcels_.end() ? 0 : known->second.rbegin()->first;
    return newest >= now_.number - plan_.staleness;
  });
}

bool parcel_shelf::asks_for_words() const {
  return plan_.absence->confirms() && plan_.patience > seconds{0} && now_.number > 0;
}

bool parcel_shelf::verdicts_in() const {
  if (!asks_for_words() || !words_awaited_)
    return true;
  return std::ranges::all_of(now_.row.others, [this](const auto& other) {
    return !here(other.peer) || !came(other.peer) || verdicts_.contains({now_.number, other.peer});
  });
}

/// Where nobody's patience ends, what came here came there, too.
bool parcel_shelf::confirmed(index peer) const {
  if (!asks_for_words())
    return came(peer);
  const auto word = verdicts_.find({now_.number, peer});
  return came(peer) && word != verdicts_.end() && word->second;
}

std::optional<parcel_shelf::heard> parcel_shelf::best(index peer) const {
  if (now_.number == 0)
    return came(peer) ? std::optional{heard{0, &orders_.at(peer)}} : std::nullopt;
  const auto known = parcels_.find(peer);
  if (known == parcels_.end())
    return std::nullopt;
  auto found = known->second.find(now_.number);
  if (found == known->second.end()) {
    const bool any = plan_.mode != waiting_for::everyone || plan_.absence->keeps_stale();
    if (!any)
      return std::nullopt;
    found = std::prev(known->second.end());
  }
  return heard{std::max<index>(now_.number - found->first, 0), &found->second};
}

merging::mixing_row parcel_shelf::weigh() const {
  merging::mixing_row row = now_.row;
  const bool pushes = plan_.mixes &&
                      plan_.mixes->traits().weights == merging::weights_needed::column_stochastic;
  if (pushes) {
    std::erase_if(row.others, [this](const auto& other) { return !best(other.peer); });
    return row;
  }
  std::vector<merging::neighbour_presence> known;
  for (const auto& other : row.others) {
    if (taken_.contains(other.peer)) {
      known.push_back({0, true});
      continue;
    }
    const auto heard_of = best(other.peer);
    known.push_back(
        {heard_of ? std::optional{heard_of->age} : std::nullopt, confirmed(other.peer)});
  }
  return plan_.absence->weigh(row, known);
}

harvest parcel_shelf::take() {
  const merging::mixing_row used = weigh();
  harvest taken{.self = used.self};
  for (const auto& [peer, weight] : used.others)
    if (!taken_.contains(peer))
      taken.arrived.push_back({peer, weight, *best(peer)->content});
  for (const auto& [peer, weight] : now_.row.others)
    if (const auto found = std::ranges::find(used.others, peer, &merging::mixing_row::part::peer);
        found != used.others.end()) {
      if (taken_.contains(peer))
        taken.others = found->weight / weight;
    } else {
      taken.absent.push_back(peer);
      taken.missing += weight;
    }
  forget();
  return taken;
}

/// What no later exchange can use.
void parcel_shelf::forget() {
  orders_.clear();
  const bool stale = plan_.mode != waiting_for::everyone || plan_.absence->keeps_stale();
  for (auto& [peer, known] : parcels_)
    while (!known.empty() && known.begin()->first <= now_.number && (!stale || known.size() > 1))
      known.erase(known.begin());
  std::erase_if(refused_, [this](const auto& word) { return word.first <= now_.number; });
  std::erase_if(verdicts_, [this](const auto& word) { return word.first.first <= now_.number; });
}

}  // namespace echelon::actors
