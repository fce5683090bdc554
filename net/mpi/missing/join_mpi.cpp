#include "net/mpi/mpi_session.hpp"

namespace echelon::net {

result<std::unique_ptr<mpi_session>> join_mpi() {
  return fail(errc::not_supported,
              "this build has no MPI; install libopenmpi-dev and openmpi-bin, then configure and "
              "build again");
}

}  // namespace echelon::net
