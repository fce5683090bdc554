#pragma once

#include <map>
#include <memory>
#include <string>

#include "net/link/greeting.hpp"
#include "net/link/live_link.hpp"

namespace echelon::net {

/// The links of a process by their peers' names, and what it remembers of peers between links: so
/// that each pair of incarnations has one link, and no hello is taken twice.
class directory {
public:
  /// The link to that peer that is not over; nullptr: none.
  std::shared_ptr<live_link> find(const std::string& peer) const;
  void add(std::shared_ptr<live_link> which);
  void remove(const live_link& which);
  std::vector<std::shared_ptr<live_link>> all() const;

  /// Whether a hello may be answered; it is remembered. Errors: an older incarnation than one that
  /// was here, or no newer hello than the last.
  result<void> admit(const hello& from);

private:
  struct last_seen {
    std::uint64_t incarnation = 0;
    std::uint64_t attempt = 0;
  };

  void forget_some();

  std::map<std::string, std::shared_ptr<live_link>> links_;
  std::map<std::string, last_seen> seen_;
};

}  // namespace echelon::net
