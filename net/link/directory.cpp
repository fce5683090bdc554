#include "net/link/directory.hpp"

namespace echelon::net {
namespace {

constexpr std::size_t remembered_max = 16 * 1024;

}  // namespace

std::shared_ptr<live_link> directory::find(const std::string& peer) const {
  const auto found = links_.find(peer);
  return found == links_.end() || found->second->over() ? nullptr : found->second;
}

void directory::add(std::shared_ptr<live_link> which) {
  links_.insert_or_assign(which->peer(), std::move(which));
}

void directory::remove(const live_link& which) {
  const auto found = links_.find(which.peer());
  if (found != links_.end() && found->second.get() == &which)
    links_.erase(found);
}

std::vector<std::shared_ptr<live_link>> directory::all() const {
  std::vector<std::shared_ptr<live_link>> each;
  for (const auto& [peer, which] : links_)
    each.push_back(which);
  return each;
}

result<void> directory::admit(const hello& from) {
  const auto known = seen_.find(from.name);
  if (known != seen_.end() && from.incarnation < known->second.incarnation)
    return fail(errc::unreachable, "a newer process of that name has been here");
  if (known != seen_.end() && from.incarnation == known->second.incarnation &&
      from.attempt <= known->second.attempt)
    return fail(errc::unreachable, "that hello, or a later one, has been here");
  if (known == seen_.end() && seen_.size() >= remembered_max)
    forget_some();
  seen_[from.name] = {from.incarnation, from.attempt};
  return {};
}

/// Those without a link: where anybody is let in, names must not pile up.
void directory::forget_some() {
  std::erase_if(seen_, [this](const auto& entry) { return !links_.contains(entry.first); });
}

}  // namespace echelon::net
