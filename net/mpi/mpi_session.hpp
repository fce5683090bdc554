#pragma once

#include <memory>

#include <asio/any_io_executor.hpp>

#include "net/transport.hpp"

namespace echelon::net {

/// This process's place in an MPI job, from MPI_Init to MPI_Finalize; one a process. An embedder
/// who has initialised MPI keeps it: then this joins in and finalises nothing.
///
/// Its transport carries streams between the processes of the job, over whatever fabric the
/// launcher chose. An address is a rank as text: "0"; a process listens as its own rank alone (""
/// means that too).
///
/// MPI knows no failing peers, and so does the transport not: a stream never breaks by itself, a
/// process that dies takes the whole job with it (mpirun's default), and what is being written to a
/// peer that stands still cannot be called off: `stream::close` ends waiting reads at once, but a
/// read or write that MPI already works on returns when the peer takes its part. Peers are as
/// trusted as the job that started them: nothing is encrypted, no name is proved.
///
/// Memory: pieces of a write leave from the caller's memory and land in the reader's where that has
/// room for the whole piece; otherwise up to 256 KB a stream lie in between. A writer runs at most
/// 2 MB ahead of the reader. Cost: MPI is polled, all the time while messages come, at growing
/// intervals up to half a millisecond while none do, and not at all once everything is closed.
class mpi_session {
public:
  /// Waits until the other processes end their sessions too. What it made has been closed.
  virtual ~mpi_session() = default;
  virtual int rank() const = 0;
  virtual int size() const = 0;
  /// All calls of MPI happen on `where`, which one thread at a time may run. One at a time, and as
  /// many as the other processes make (none counts as one that refuses everybody): its `close`
  /// returns when all have closed theirs.
  virtual std::unique_ptr<transport> make_transport(asio::any_io_executor where) = 0;
};

/// Together with all other processes of the job. Errors: not_supported where this build has no MPI
/// or the MPI it has allows no threads.
result<std::unique_ptr<mpi_session>> join_mpi();

}  // namespace echelon::net
