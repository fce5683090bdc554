#pragma once

#include <cstdint>
#include <map>
#include <string>

#include <caf/system_messages.hpp>

#include "actors/remote/interface.hpp"
#include "actors/remote/line.hpp"

namespace echelon::remote {

/// An actor of this process that peers may speak to.
struct publication {
  caf::strong_actor_ptr target;
  const interface* offered = nullptr;
  access allowed;
};

using publications = std::map<std::string, publication>;

/// One session's view of our actors: those the peer is bound to, and what it asked them.
class far_side {
public:
  /// Marks its timers.
  static constexpr caf::atom_value timers = caf::atom("far");

  far_side(line& over, const publications& known) : line_(over), known_(known) {}

  // What the peer says. Those that answer false: it breaks the protocol.
  bool on_bind(const bind_frame& what);
  bool on_ending(const gone_frame& what);
  void on_forget(const answer_frame& what);
  /// A message to the actor bound to that number. `known` is the clause that its values were read
  /// by.
  void on_plain(std::uint32_t number, caf::message what);
  bool on_ask(const ask_frame& head, const clause& known, nanoseconds on_the_way,
              caf::message what);

  /// How to read a message; null: the actor is not there, or takes no such message.
  const clause* expected(std::uint32_t number, std::uint64_t key) const;
  /// The name bound to a number; empty: none.
  std::string_view name_of(std::uint32_t number) const;
  /// For messages that cannot reach their actor: says so to the peer.
  void fail_ask(std::uint64_t ask, caf::sec code, const std::string& why);

  // What our actors say.
  void on_response(const caf::mailbox_element& what);
  void on_down(const caf::down_msg& what);
  void on_timer(std::uint64_t ticket);
  void withdraw(const std::string& name);

  /// Forgets everything.
  void close();
  std::size_t open() const { return asks_.size(); }

private:
  struct binding {
    std::string name;
    publication to;
  };
  struct open_ask {
    std::uint64_t ask = 0;  ///< the peer's number
    std::uint32_t number = 0;
    const clause* kind = nullptr;
    runtime::timer_id timer;
  };
  using tickets = std::map<std::uint64_t, open_ask>;

  /// Why a peer may not bind that; none: it may.
  caf::error objection(const bind_frame& what) const;
  void say_gone(std::uint32_t number, const caf::error& reason);
  void end(std::uint32_t number, const caf::error& reason);
  tickets::node_type take(tickets::iterator which);
  void send(gather frame);
  void stop_watching(const binding& what);

  line& line_;
  const publications& known_;
  std::uint32_t last_number_ = 0;
  std::uint64_t last_ask_ = 0;
  std::uint64_t last_ticket_ = 0;
  std::map<std::uint32_t, binding> bindings_;
  tickets asks_;  ///< by our own number, which the actor answers under
};

}  // namespace echelon::remote
