#pragma once

#include "net/mpi/mpi_session.hpp"

namespace echelon::test {

/// The job that this process is a rank of.
net::mpi_session& job();

}  // namespace echelon::test
