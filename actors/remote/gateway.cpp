#include "actors/remote/gateway.hpp"

#include <map>
#include <utility>

#include <caf/make_counted.hpp>
#include <caf/sec.hpp>

#include "actors/remote/inbox.hpp"
#include "actors/remote/proxy.hpp"
#include "actors/remote/session.hpp"
#include "algorithms/base/contract.hpp"

namespace echelon::remote {
namespace {

constexpr int lines_a_second_max = 5;

}  // namespace

struct gateway::core {
  core(caf::actor_system& on, runtime::event_loop& by, gateway_settings with)
      : settings(std::move(with)), into(caf::make_counted<inbox>(by)),
        home{.system = on,
             .loop = by,
             .settings = settings,
             .known = known,
             .into = into,
             .memory = std::make_shared<landing_pool>(settings.spare_bytes_max),
             .complain = [this](const std::string& what) { log(what); }} {}

  session* find(const std::string& peer) const {
    for (const auto& [number, each] : sessions)
      if (each->peer() == peer && !each->doomed())
        return each.get();
    return nullptr;
  }

  void take(inbox_item item) {
    if (const auto found = sessions.find(item.session); found != sessions.end())
      found->second->take(std::move(item));
    else if (item.proxy)  // it has ended since: the proxy itself knows why
      item.proxy->enqueue(std::move(item.what), nullptr);
  }

  /// Sessions are destroyed here, never within a call of theirs.
  void bury() {
    graveyard.clear();
    std::vector<std::unique_ptr<session>> ended;
    for (auto& [number, each] : sessions)
      if (each->doomed())
        ended.push_back(std::move(each));
    std::erase_if(sessions, [](const auto& each) { return each.second == nullptr; });
    for (const auto& each : ended) {
      lost.emplace_back(each->peer(), *each->doomed());
      each->close(lost.back().second);
    }
    // Whoever is told may attach, bind and detach.
    for (const auto& [peer, why] : std::exchange(lost, {}))
      if (settings.on_lost)
        settings.on_lost(peer, why);
  }

  void close(const std::string& peer, const std::string& why) {
    for (auto each = sessions.begin(); each != sessions.end();) {
      const auto found = each++;
      if (found->second->peer() != peer)
        continue;
      session& ended = *graveyard.emplace_back(std::move(found->second));
      sessions.erase(found);
      ended.close({errc::unreachable, why});
      into->wake();
    }
  }

  void log(const std::string& what) {
    const auto second = std::chrono::floor<std::chrono::seconds>(home.loop.now());
    if (second != log_second)
      lines_this_second = 0;
    log_second = second;
    if (settings.log && ++lines_this_second <= lines_a_second_max)
      settings.log(what);
  }

  gateway_settings settings;
  publications known;
  caf::intrusive_ptr<inbox> into;
  session_home home;
  std::map<std::uint64_t, std::unique_ptr<session>> sessions;
  std::vector<std::unique_ptr<session>> graveyard;  ///< closed already
  std::uint64_t last_session = 0;
  std::vector<std::pair<std::string, error>> lost;
  std::chrono::seconds log_second{-1};
  int lines_this_second = 0;
};

gateway::gateway(caf::actor_system& system, runtime::event_loop& loop, gateway_settings settings)
    : core_(std::make_unique<core>(system, loop, std::move(settings))) {
  core* all = core_.get();
  all->into->open([all](inbox_item item) { all->take(std::move(item)); }, [all] { all->bury(); });
  loop.hear_requests(
      all, [into = all->into](caf::actor_id who, caf::message_id request, nanoseconds due) {
        into->note_deadline(who, request, due);
      });
}

gateway::~gateway() {
  core_->home.loop.hear_requests(core_.get(), nullptr);
  while (!core_->sessions.empty())
    core_->close(std::string{core_->sessions.begin()->second->peer()}, "its gateway has closed");
  for (inbox_item& each : core_->into->close())
    if (each.proxy)
      each.proxy->enqueue(std::move(each.what), nullptr);  // dead by now: bounces
}

void gateway::publish_as(const std::string& name, const interface& offered,
                         caf::strong_actor_ptr actor, access allowed) {
  expects(!name.empty() && name.size() <= name_bytes_max);
  expects(actor != nullptr && offered.clauses().size() <= clauses_max);
  withdraw(name);
  core_->known[name] = {std::move(actor), &offered, std::move(allowed)};
}

void gateway::withdraw(const std::string& name) {
  if (core_->known.erase(name) > 0)
    for (const auto& [number, each] : core_->sessions)
      each->withdraw(name);
}

void gateway::attach(std::shared_ptr<net::link> link) {
  core_->close(link->peer(), "it has come back over another link");
  const std::uint64_t number = ++core_->last_session;
  core_->sessions[number] = std::make_unique<session>(core_->home, number, std::move(link));
}

void gateway::detach(const std::string& peer, const std::string& why) { core_->close(peer, why); }

std::vector<std::string> gateway::peers() const {
  std::vector<std::string> names;
  for (const auto& [number, each] : core_->sessions)
    if (!each->doomed())
      names.push_back(each->peer());
  return names;
}

std::optional<peer_counts> gateway::counts(const std::string& peer) const {
  const session* found = core_->find(peer);
  return found == nullptr ? std::nullopt : std::optional{found->counts()};
}

caf::strong_actor_ptr gateway::bind_as(const std::string& peer, const std::string& name,
                                       const interface& expected) {
  expects(!name.empty() && name.size() <= name_bytes_max);
  expects(expected.clauses().size() <= clauses_max);
  if (session* found = core_->find(peer))
    return found->bind(name, expected);
  const caf::strong_actor_ptr nobody = proxy::make(core_->home.system, core_->into, 0, 0);
  proxy::from(nobody)->kill_proxy(nullptr,
                                  caf::make_error(caf::sec::no_route_to_receiving_node,
                                                  fmt::format("no peer '{}' is connected", peer)));
  return nobody;
}

}  // namespace echelon::remote
