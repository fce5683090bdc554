#pragma once

#include <memory>

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>

#include "net/transport.hpp"

namespace echelon::net {

/// Streams between the processes of one MPI job, over whatever fabric its launcher chose. An
/// address is a rank as text: "0". A process listens as its own rank alone ("" means that too).
///
/// MPI knows no failing peers, and so does this transport not: a stream never breaks by itself, a
/// process that dies takes the whole job with it (mpirun's default), and what is being written to a
/// peer that stands still cannot be called off: `stream::close` ends waiting reads at once, but a
/// read or write that MPI already works on returns when the peer takes its part. Peers are as
/// trusted as the job that started them: nothing is encrypted, no name is proved.
///
/// Memory: pieces of a write leave from the caller's memory and land in the reader's where that has
/// room for the whole piece; otherwise up to 256 KB a stream lie in between. A writer runs at most
/// 2 MB ahead of the reader. Cost: MPI is polled, all the time while messages come, at growing
/// intervals up to half a millisecond while none do, and not at all once everything is closed.
class mpi_transport : public transport {
public:
  /// Closes everything and returns when both ends of every stream have: then nothing of this
  /// transport is under way. To be awaited before the session ends, while the peers do the same.
  virtual asio::awaitable<void> close() = 0;
};

/// This process's place in an MPI job, from MPI_Init to MPI_Finalize; one a process. An embedder
/// who has initialised MPI keeps it: then this joins in and finalises nothing.
class mpi_session {
public:
  virtual ~mpi_session() = default;
  virtual int rank() const = 0;
  virtual int size() const = 0;
  /// All calls of MPI happen on `where`, which one thread at a time may run. The session outlives
  /// the transport; make the same number of them in every process, in the same order.
  virtual std::unique_ptr<mpi_transport> make_transport(asio::any_io_executor where) = 0;
};

/// Errors: not_supported where this build has no MPI or the MPI it has allows no threads.
result<std::unique_ptr<mpi_session>> join_mpi();

}  // namespace echelon::net
