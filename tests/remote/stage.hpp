#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <caf/all.hpp>

#include "actors/messages.hpp"
#include "actors/remote/gateway.hpp"
#include "actors/runtime/scheduler_module.hpp"
#include "actors/runtime/virtual_loop.hpp"
#include "tests/support/pipe_link.hpp"

namespace echelon::tests {

/// What the asker is to do next.
using deed = std::function<void(caf::event_based_actor*)>;

}  // namespace echelon::tests

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(echelon::tests::deed)

namespace echelon::tests {

using namespace std::chrono_literals;

struct question {
  std::int64_t number = 0;
  std::string text;
};

struct reply {
  std::int64_t number = 0;
  block values;
};

struct note {
  std::int64_t number = 0;
  block values;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, question& x) {
  return f(caf::meta::type_name("question"), x.number, x.text);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, reply& x) {
  return f(caf::meta::type_name("reply"), x.number, x.values);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, note& x) {
  return f(caf::meta::type_name("note"), x.number, x.values);
}

using desk = caf::typed_actor<caf::reacts_to<note>, caf::replies_to<question>::with<reply>>;

inline block numbers(index count, double first = 0) {
  block_builder builder{count, precision::single};
  for (index each = 0; each < count; ++each)
    builder.as<float>()[static_cast<std::size_t>(each)] = static_cast<float>(first) +
                                                          static_cast<float>(each);
  return block::freeze(std::move(builder));
}

/// What a desk heard and how it answers; shared with the test.
struct desk_book {
  std::vector<std::int64_t> notes;
  std::vector<block> blocks;
  std::vector<std::string> questions;
  std::vector<caf::typed_response_promise<reply>> kept;
};

/// Answers `n` with 2n and n floats; the texts "error", "keep" and "quit" do what they say.
inline desk::behavior_type serve(desk::pointer self, desk_book* book) {
  self->set_default_handler(caf::drop);
  return {[book](const note& what) {
            book->notes.push_back(what.number);
            book->blocks.push_back(what.values);
          },
          [self, book](const question& what) -> caf::result<reply> {
            book->questions.push_back(what.text);
            if (what.text == "error")
              return caf::make_error(caf::sec::invalid_argument, "no such number");
            if (what.text == "keep" || what.text == "quit") {
              book->kept.push_back(self->make_response_promise<reply>());
              if (what.text == "quit")
                self->quit(caf::exit_reason::user_shutdown);
              return book->kept.back();
            }
            const auto small = std::clamp<std::int64_t>(what.number, 0, 1000);
            return reply{2 * small, numbers(small)};
          }};
}

/// What came of what an asker did.
struct asker_book {
  std::vector<reply> replies;
  std::vector<caf::error> errors;
  std::vector<nanoseconds> error_times;
  std::vector<caf::error> downs;
  int acknowledged = 0;
  std::optional<caf::error> exit;
};

/// Two processes' gateways, joined by a pipe, in one CAF system on virtual time: `ada` and `bob`.
class stage {
public:
  explicit stage(remote::gateway_settings of_bob = {}, remote::gateway_settings of_ada = {})
      : config(runtime::make_config(loop)), system(*config), line(system, loop, "ada", "bob"),
        ada(system, loop, logging(std::move(of_ada))),
        bob(system, loop, logging(std::move(of_bob))) {
    ada.attach(line.near());
    bob.attach(line.far());
    played = system.spawn(serve, &heard);
    bob.publish("desk/0", played);
    asker = system.spawn([this](caf::event_based_actor* self) -> caf::behavior {
      self->set_default_handler(caf::drop);
      self->set_down_handler([this](caf::down_msg& what) { book.downs.push_back(what.reason); });
      self->set_exit_handler([this](caf::exit_msg& what) { book.exit = what.reason; });
      return {[self](deed& act) { act(self); }};
    });
  }
  ~stage() {
    caf::anon_send_exit(asker, caf::exit_reason::kill);
    caf::anon_send_exit(played, caf::exit_reason::kill);
    loop.drain();
  }

  /// Lets the asker do something, and runs until nothing is left to happen.
  void act(deed what) {
    caf::anon_send(asker, std::move(what));
    loop.run();
  }
  /// A request of the asker, its outcome noted.
  template <class Handle, class Message>
  void request(caf::event_based_actor* self, const Handle& to, nanoseconds limit, Message what) {
    self->request(to, limit, std::move(what))
        .then([this](const reply& came) { book.replies.push_back(came); },
              [this](const caf::error& why) { fail(why); });
  }
  void fail(const caf::error& why) {
    book.errors.push_back(why);
    book.error_times.push_back(loop.now());
  }
  remote::peer_counts at_bob() const { return *bob.counts("ada"); }
  remote::peer_counts at_ada() const { return *ada.counts("bob"); }

  runtime::virtual_loop loop{std::nullopt, 0ns};
  std::unique_ptr<caf::actor_system_config> config;
  caf::actor_system system;
  std::vector<std::string> log;
  pipe line;
  remote::gateway ada, bob;
  desk_book heard;
  desk played;
  asker_book book;
  caf::actor asker;

private:
  remote::gateway_settings logging(remote::gateway_settings with) {
    with.log = [this](const std::string& what) { log.push_back(what); };
    return with;
  }
};

}  // namespace echelon::tests
