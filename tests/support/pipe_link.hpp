#pragma once

#include <array>
#include <cstring>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <caf/actor_config.hpp>
#include <caf/actor_system.hpp>
#include <caf/make_actor.hpp>
#include <caf/monitorable_actor.hpp>

#include "actors/runtime/event_loop.hpp"
#include "algorithms/base/block.hpp"
#include "algorithms/base/hash.hpp"
#include "net/link.hpp"

namespace echelon::tests {

/// Runs something when a timer of the loop reaches it.
class postman final : public caf::monitorable_actor {
public:
  postman(caf::actor_config& config, std::function<void()> deliver)
      : monitorable_actor(config), deliver_(std::move(deliver)) {}
  void enqueue(caf::mailbox_element_ptr, caf::execution_unit*) override { deliver_(); }

private:
  std::function<void()> deliver_;
};

/// What may go wrong between two links, each way; changed while they are in use.
struct pipe_faults {
  nanoseconds delay{0};            ///< of every message
  nanoseconds bulk_delay{0};       ///< of one with bodies, beyond that
  std::size_t pending_max = 1000;  ///< messages on their way
};

/// Two links joined back to back, in the time of an event loop.
class pipe {
public:
  pipe(caf::actor_system& system, runtime::event_loop& loop, std::string one, std::string other)
      : shared_(std::make_shared<shared>(shared{system, loop, {}, {}})) {
    links_ = {std::make_shared<end>(shared_, 0, std::move(other)),
              std::make_shared<end>(shared_, 1, std::move(one))};
    shared_->ends = {links_[0].get(), links_[1].get()};
  }
  ~pipe() {
    links_[0]->forget();
    links_[1]->forget();
  }

  /// What `one` holds: a link to `other`; and the other way round.
  std::shared_ptr<net::link> near() const { return links_[0]; }
  std::shared_ptr<net::link> far() const { return links_[1]; }
  /// Of what that end sends.
  pipe_faults& faults_of_near() { return shared_->faults[0]; }
  pipe_faults& faults_of_far() { return shared_->faults[1]; }
  /// Both ends hear of it; what is on its way is lost.
  void cut(const std::string& why) {
    links_[0]->fall({errc::unreachable, why});
    links_[1]->fall({errc::unreachable, why});
  }
  bool is_closed() const { return links_[0]->is_closed(); }
  /// To one end, as if its peer were slow.
  void suspect(const std::shared_ptr<net::link>& at) {
    static_cast<end&>(*at).turn(net::health::suspect);
  }

private:
  class end;
  struct shared {
    caf::actor_system& system;
    runtime::event_loop& loop;
    std::array<pipe_faults, 2> faults;
    std::array<end*, 2> ends;
  };

  class end final : public net::link {
  public:
    end(std::shared_ptr<shared> between, std::size_t side, std::string peer)
        : between_(std::move(between)), side_(side), peer_(std::move(peer)) {
      caf::actor_config config;
      caf::actor_system& system = between_->system;
      postman_ = caf::make_actor<postman, caf::strong_actor_ptr>(
          system.next_actor_id(), system.node(), &system, config, [this] { arrive(); });
    }

    result<void> send(net::message what) override {
      if (closed_)
        return fail(errc::unreachable, "the link to {} is closed", peer_);
      if (what.head.size() > net::head_bytes_max)
        return fail(errc::bad_input, "a head of {} bytes", what.head.size());
      end& to = *between_->ends[1 - side_];
      const pipe_faults& faults = between_->faults[side_];
      lane& into = what.bodies.empty() ? to.control_ : to.bulk_;
      if (to.control_.size() + to.bulk_.size() >= faults.pending_max)
        return fail(errc::timed_out, "more than {} messages to {} are on their way",
                    faults.pending_max, peer_);
      const nanoseconds delay = what.bodies.empty() ? faults.delay
                                                    : faults.delay + faults.bulk_delay;
      const nanoseconds due = between_->loop.now() + delay;
      into.emplace_back(due, std::move(what));
      to.wake_at(due);
      return {};
    }

    void read_with(net::link_reader* reader) override {
      reader_ = reader;
      if (reader != nullptr)
        wake_at(between_->loop.now());
    }

    void close(std::string why) override {
      if (std::exchange(closed_, true))
        return;
      if (end* to = between_->ends[1 - side_])
        to->fall({errc::unreachable, std::move(why)});
    }

    const std::string& peer() const override { return peer_; }
    std::uint64_t incarnation() const override { return 1; }
    std::string remote() const override { return "pipe"; }
    std::string local() const override { return "pipe"; }
    net::health state() const override { return net::health::good; }
    net::link_counts counts() const override { return {}; }

    bool is_closed() const { return closed_; }
    void turn(net::health now) { reader_->on_health(now); }
    /// No longer there.
    void forget() {
      closed_ = true;
      reader_ = nullptr;
      between_->ends[side_] = nullptr;
    }
    /// Readers hear of it later, as from a real link.
    void fall(error why) {
      if (std::exchange(closed_, true))
        return;
      control_.clear();
      bulk_.clear();
      fallen_ = std::move(why);
      wake_at(between_->loop.now());
    }

  private:
    using lane = std::deque<std::pair<nanoseconds, net::message>>;

    void wake_at(nanoseconds due) {
      between_->loop.schedule(
          due, {postman_, caf::make_mailbox_element(nullptr, {}, {}, caf::message{})});
    }

    void arrive() {
      take_from(control_);
      take_from(bulk_);
      if (fallen_ && reader_ != nullptr)
        reader_->on_closed(*std::exchange(fallen_, std::nullopt));
    }

    void take_from(lane& from) {
      while (reader_ != nullptr && !from.empty() && from.front().first <= between_->loop.now()) {
        const net::message what = std::move(from.front().second);
        from.pop_front();
        deliver(what);
      }
    }

    /// The bodies are copied, as a network does.
    void deliver(const net::message& what) {
      std::vector<net::body> bodies;
      if (!what.bodies.empty()) {
        std::vector<std::size_t> sizes;
        for (const net::body& each : what.bodies)
          sizes.push_back(each.size);
        auto room = reader_->make_room(what.head, sizes);
        if (!room)
          return;
        for (std::size_t each = 0; each < sizes.size(); ++each) {
          std::memcpy((*room)[each].memory.get(), what.bodies[each].memory.get(), sizes[each]);
          bodies.push_back({(*room)[each].memory, sizes[each], what.bodies[each].hash});
        }
      }
      reader_->on_message(what.head, std::move(bodies));
    }

    std::shared_ptr<shared> between_;
    std::size_t side_;
    std::string peer_;
    caf::strong_actor_ptr postman_;
    net::link_reader* reader_ = nullptr;
    lane control_, bulk_;
    bool closed_ = false;
    std::optional<error> fallen_;
  };

  std::shared_ptr<shared> shared_;
  std::array<std::shared_ptr<end>, 2> links_;
};

}  // namespace echelon::tests
