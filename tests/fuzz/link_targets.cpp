#include <optional>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>

#include "algorithms/base/contract.hpp"
#include "net/hand_clock.hpp"
#include "net/hub.hpp"
#include "net/link/greeting.hpp"
#include "net/transports/loopback.hpp"
#include "tests/fuzz/frames.hpp"

namespace echelon::fuzz {
namespace {

using namespace std::chrono_literals;

/// Takes all that fits into a few KB.
struct patient_reader final : net::link_reader {
  result<std::vector<net::landing>> make_room(bytes, std::span<const std::size_t> sizes) override {
    std::vector<net::landing> rooms;
    for (const std::size_t size : sizes) {
      if (size > 4096)
        return fail(errc::bad_input, "too large");
      rooms.push_back({std::make_shared<std::byte[]>(size), size});
    }
    return rooms;
  }
  void on_message(bytes, std::vector<net::body>) override {}
  void on_health(net::health) override {}
  void on_closed(const error&) override { closed = true; }

  bool closed = false;
};

/// A process that listens, and a stranger's stream to it, in time that moves by itself.
class besieged {
public:
  besieged() {
    victim_.on_link([this](std::shared_ptr<net::link> made) {
      made->read_with(&reader_);
      links_.push_back(std::move(made));
    });
    asio::co_spawn(loop_, listen_and_dial(), asio::detached);
    pass(0s);
  }
  /// Whatever was said to it, it can leave, and nothing of it is left.
  ~besieged() {
    stranger_.reset();
    links_.clear();
    bool closed = false;
    asio::co_spawn(loop_, victim_.close(), [&closed](std::exception_ptr) { closed = true; });
    net::drive(loop_, time_, [&closed] { return closed; });
    expects(closed && victim_.coroutines() == 0);
  }

  void say(std::vector<std::byte> what) {
    asio::co_spawn(loop_, write(stranger_, std::move(what)), asio::detached);
    pass(1s);
  }
  void pass(nanoseconds span) {
    const nanoseconds until = time_.now() + span;
    net::drive(
        loop_, time_, [] { return false; }, until);
    time_.advance_to(until);
  }
  std::size_t links() const { return links_.size(); }

private:
  static net::hub_settings settings() {
    net::hub_settings made;
    made.name = "victim";
    made.incarnation = 1;
    return made;
  }
  static asio::awaitable<void> write(std::shared_ptr<net::stream> to, std::vector<std::byte> what) {
    const asio::const_buffer all{what.data(), what.size()};
    co_await to->write(std::span{&all, 1});
  }
  asio::awaitable<void> listen_and_dial() {
    const auto listening = co_await victim_.listen("victim");
    expects(listening.has_value());
    auto dialled = co_await outside_->dial("victim");
    expects(dialled.has_value());
    stranger_ = *std::move(dialled);
  }

  net::hand_clock time_;
  asio::io_context loop_;
  net::loopback_network network_{loop_.get_executor(), time_};
  std::unique_ptr<net::transport> inside_ = network_.host("victim");
  std::unique_ptr<net::transport> outside_ = network_.host("stranger");
  patient_reader reader_;
  net::hub victim_{loop_.get_executor(), time_, *inside_, settings()};
  std::vector<std::shared_ptr<net::link>> links_;
  std::shared_ptr<net::stream> stranger_;
};

std::vector<std::byte> good_hello() {
  net::hello said;
  said.name = "stranger";
  said.incarnation = said.attempt = 1;
  said.link = 77;
  const auto payload = net::encode(said);
  const auto head = net::encode({.kind = net::frame_kind::hello,
                                 .length = static_cast<std::uint32_t>(payload.size()),
                                 .payload_checksum = net::checksum(payload)});
  std::vector<std::byte> all{head.begin(), head.end()};
  all.insert(all.end(), payload.begin(), payload.end());
  return all;
}

}  // namespace

/// The first bytes of a stream: of a frame whose checksums hold, or any.
void feed_handshake(bytes input) {
  besieged place;
  if (!input.empty() && input.front() == std::byte{0})
    place.say({input.begin() + 1, input.end()});
  else
    place.say(mended_frames(input));
}

/// What a peer says that was let in.
void feed_link(bytes input) {
  besieged place;
  place.say(good_hello());
  expects(place.links() == 1);
  place.say(mended_frames(input));
  place.pass(100s);
}

}  // namespace echelon::fuzz
