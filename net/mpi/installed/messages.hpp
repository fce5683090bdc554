#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "net/mpi/installed/poller.hpp"

namespace echelon::net {

/// The longest message; longer pieces of a write are cut.
inline constexpr std::size_t message_bytes_max = 256 * 1024;

/// Waits for a message of one rank (or MPI_ANY_SOURCE) and tag, and then takes it. Nobody else gets
/// it once `holds` has found it.
class arrival final : public condition {
public:
  /// `given_up`: read each time; true ends the wait without a message.
  arrival(poller& polls, int rank, int tag, const bool& given_up)
      : polls_{polls}, rank_{rank}, tag_{tag}, given_up_{given_up} {}

  bool holds() override;
  bool found() const { return message_ != MPI_MESSAGE_NULL; }
  /// Of the message found.
  std::size_t size() const;
  int source() const { return status_.MPI_SOURCE; }
  /// Into memory of exactly `size` bytes, which MPI works on until this returns.
  asio::awaitable<void> take(std::span<std::byte> into);

private:
  poller& polls_;
  int rank_;
  int tag_;
  const bool& given_up_;
  MPI_Message message_ = MPI_MESSAGE_NULL;
  MPI_Status status_{};
};

/// Messages on their way out of memory that stays as it is until they have left.
class departures final : public condition {
public:
  explicit departures(MPI_Comm ranks) : ranks_{ranks} {}
  departures(const departures&) = delete;
  departures& operator=(const departures&) = delete;
  /// All have left; checked.
  ~departures();

  /// At most `message_bytes_max`; what is sent later under the same tag arrives later.
  /// `synchronous`: it has not left before the peer has begun to take it.
  void send(std::span<const std::byte> bytes, int rank, int tag, bool synchronous);
  /// How many may be under way for this to hold.
  void wait_for(std::size_t under_way) { allowed_ = under_way; }
  bool holds() override;

private:
  MPI_Comm ranks_;
  std::vector<MPI_Request> under_way_;
  std::size_t allowed_ = 0;
};

/// Waits for one request that cannot be called off.
class completion final : public condition {
public:
  explicit completion(MPI_Request request) : request_{request} {}
  bool holds() override;

private:
  MPI_Request request_;
};

}  // namespace echelon::net
