#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "actors/remote/inbox.hpp"
#include "actors/remote/interface.hpp"
#include "actors/remote/line.hpp"

namespace echelon::remote {

/// One session's proxies, and their requests that have no answer yet.
class near_side {
public:
  /// Marks its timers.
  static constexpr caf::atom_value timers = caf::atom("near");

  near_side(line& over, caf::intrusive_ptr<inbox> into, std::uint64_t session)
      : line_(over), into_(std::move(into)), session_(session) {}

  /// The peer's actor of that name; the same proxy each time while it lives.
  caf::strong_actor_ptr bind(const std::string& name, const interface& expected);
  /// What a proxy was sent.
  void forward(inbox_item item);
  void on_timer(std::uint64_t ask);

  // What the peer says. False: it breaks the protocol.
  bool on_bound(const bound_frame& what);
  bool on_gone(const gone_frame& what);
  void on_failure(const failure_frame& what);
  /// How to read the answer to that; null: nobody waits for it.
  const clause* asked(std::uint64_t ask) const;
  void on_answer(std::uint64_t ask, caf::message what);

  /// Answers all that is open and ends all proxies, with that reason.
  void close(const caf::error& why);
  std::size_t open() const { return asks_.size(); }

private:
  struct far_actor {
    caf::strong_actor_ptr handle;
    std::string name;
    const interface* known = nullptr;
    bool bound = false;
    std::vector<gather> held;  ///< until it is bound
  };
  struct open_ask {
    caf::strong_actor_ptr sender;
    caf::message_id mid;
    std::uint32_t number = 0;
    const clause* kind = nullptr;
    runtime::timer_id timer;
  };

  void pass_on(std::uint32_t number, far_actor& to, inbox_item& item);
  /// Registers a request; null, and answered: there are too many.
  bool ask(std::uint32_t number, const far_actor& to, inbox_item& item, const clause& kind,
           ask_frame& frame);
  void pass_on_exit(std::uint32_t number, far_actor& to, const inbox_item& item);
  result<void> send_or_hold(far_actor& to, gather what);
  void forget(const inbox_item& item);
  void answer(std::uint64_t ask, caf::message what);
  void end(std::uint32_t number, const caf::error& reason);

  line& line_;
  caf::intrusive_ptr<inbox> into_;
  std::uint64_t session_;
  std::uint32_t last_number_ = 0;
  std::uint64_t last_ask_ = 0;
  std::map<std::uint32_t, far_actor> actors_;
  std::map<std::uint64_t, open_ask> asks_;
};

}  // namespace echelon::remote
