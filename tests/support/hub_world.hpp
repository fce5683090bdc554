#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "algorithms/base/hash.hpp"
#include "net/hub.hpp"
#include "tests/support/hand_world.hpp"
#include "tests/support/streams.hpp"

// Hubs over the loopback network on a clock that moves by itself.
namespace echelon::tests {

inline net::body make_body(std::vector<std::byte> bytes) {
  const auto kept = std::make_shared<std::vector<std::byte>>(std::move(bytes));
  return {{kept, kept->data()}, kept->size(), hash_bytes(*kept)};
}

inline net::message text(const std::string& what) {
  const auto bytes = std::as_bytes(std::span{what});
  return {{bytes.begin(), bytes.end()}, {}};
}

inline std::string text_of(std::span<const std::byte> head) {
  return {reinterpret_cast<const char*>(head.data()), head.size()};
}

/// Keeps all that comes.
struct recorder : net::link_reader {
  struct received {
    std::string head;
    std::vector<net::body> bodies;
  };

  result<std::vector<net::landing>> make_room(std::span<const std::byte> head,
                                              std::span<const std::size_t> sizes) override {
    if (room)
      return room(head, sizes);
    std::vector<net::landing> rooms;
    for (const std::size_t size : sizes)
      rooms.push_back({std::make_shared<std::byte[]>(size), size});
    return rooms;
  }
  void on_message(std::span<const std::byte> head, std::vector<net::body> bodies) override {
    if (react)
      react(text_of(head));
    (bodies.empty() ? control : bulk).push_back({text_of(head), std::move(bodies)});
  }
  void on_health(net::health now) override { healths.push_back(now); }
  void on_closed(const error& why) override { closed.push_back(why); }

  std::function<result<std::vector<net::landing>>(std::span<const std::byte>,
                                                  std::span<const std::size_t>)>
      room;
  std::function<void(const std::string& head)> react;
  std::vector<received> control, bulk;
  std::vector<net::health> healths;
  std::vector<error> closed;
};

/// A process: its hub, the links it was given, and what came over them.
struct party {
  party(hand_world& in, const std::string& who, std::uint64_t incarnation = 1,
        std::function<void(net::hub_settings&)> change = {})
      : world(in), name(who), carrier(in.network.host(who)) {
    net::hub_settings settings;
    settings.name = who;
    settings.incarnation = incarnation;
    settings.log = [this](const std::string& line) { log.push_back(line); };
    if (change)
      change(settings);
    hub.emplace(in.loop.get_executor(), in.time, *carrier, settings);
    hub->on_link([this](std::shared_ptr<net::link> made) {
      made->read_with(&inbox);
      links.push_back(std::move(made));
    });
  }
  ~party() { leave(); }

  void listen() { BOOST_REQUIRE(world.run(hub->listen(name)).has_value()); }
  /// Errors stay in the answer.
  result<std::shared_ptr<net::link>> dial(const std::string& whom, const std::string& expected,
                                          nanoseconds give_up = std::chrono::seconds{60}) {
    auto made = world.run(hub->connect(whom, expected, give_up));
    if (made)
      (*made)->read_with(&inbox);
    return made;
  }
  void leave() {
    if (!hub)
      return;
    world.start(hub->close());
    world.finish();
    BOOST_TEST(hub->coroutines() == 0);
    hub.reset();
  }

  hand_world& world;
  std::string name;
  std::unique_ptr<net::transport> carrier;
  std::vector<std::string> log;
  recorder inbox;
  std::vector<std::shared_ptr<net::link>> links;
  std::optional<net::hub> hub;
};

/// Two processes and a link between them: `near` dialled.
struct linked_world : hand_world {
  explicit linked_world(std::uint64_t seed = 1) : hand_world(seed) {}

  void meet(std::function<void(net::hub_settings&)> change = {}) {
    far.emplace(*this, "far", 1, change);
    near.emplace(*this, "near", 1, change);
    far->listen();
    out = *near->dial("far", "far");
    settle([&] { return !far->links.empty(); });
    back = far->links.front();
  }
  bool settle(const std::function<bool()>& done, nanoseconds limit = nanoseconds::max()) {
    return net::drive(loop, time, done, limit);
  }
  void pass(nanoseconds span) {
    const nanoseconds until = time.now() + span;
    settle([] { return false; }, until);
    time.advance_to(until);
    settle([] { return false; }, until);
  }

  std::optional<party> far, near;
  std::shared_ptr<net::link> out, back;
};

}  // namespace echelon::tests
