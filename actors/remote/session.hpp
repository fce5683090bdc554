#pragma once

#include <optional>
#include <string>

#include "actors/remote/far_side.hpp"
#include "actors/remote/near_side.hpp"
#include "actors/remote/transit.hpp"

namespace echelon::remote {

/// What a session needs of its gateway.
struct session_home {
  caf::actor_system& system;
  runtime::event_loop& loop;
  const gateway_settings& settings;
  const publications& known;
  caf::intrusive_ptr<inbox> into;
  std::shared_ptr<landing_pool> memory;
  std::function<void(const std::string&)> complain;
};

/// All that goes on with one peer over one link. Reads it until it is destroyed.
class session final : public net::link_reader {
public:
  session(const session_home& home, std::uint64_t number, std::shared_ptr<net::link> link);
  ~session() override;
  session(const session&) = delete;
  session& operator=(const session&) = delete;

  const std::string& peer() const { return line_.link->peer(); }
  caf::strong_actor_ptr bind(const std::string& name, const interface& expected);
  void withdraw(const std::string& name) { far_.withdraw(name); }
  /// From the inbox.
  void take(inbox_item item);
  peer_counts counts() const;
  /// Why it must end; its gateway destroys it soon.
  const std::optional<error>& doomed() const { return doomed_; }
  /// Ends its proxies; the link is closed where that is ours to do.
  void close(const error& why);

  result<std::vector<net::landing>> make_room(std::span<const std::byte> head,
                                              std::span<const std::size_t> sizes) override;
  void on_message(std::span<const std::byte> head, std::vector<net::body> bodies) override;
  void on_health(net::health now) override;
  void on_closed(const error& why) override;

private:
  /// A message's way through its frame: what is known before its values are read.
  struct reading {
    frame_prefix prefix;
    ask_frame ask;  ///< of `plain` without its own fields, of `answer` the number alone
    const clause* kind = nullptr;
    const codec* values = nullptr;  ///< null: it has none, or may not pass
    std::string_view actor;
  };

  bool read_head(bounded_reader& from, reading& into) const;
  bool read_control(bounded_reader& from, frame_kind kind);
  void deliver(bounded_reader& from, const reading& head);
  void not_expected(const reading& head);
  result<void> room_for(const reading& head, std::span<const std::size_t> sizes) const;
  void breach(const char* what);
  bool is_flooded() const;
  void hear(const caf::mailbox_element& what);

  const session_home& home_;
  line line_;
  near_side near_;
  far_side far_;
  transit transit_;
  bool closed_ = false;  ///< by the peer, or the network
  std::optional<error> doomed_;
};

}  // namespace echelon::remote
