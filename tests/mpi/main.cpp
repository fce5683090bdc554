#include <cstdio>

#include <boost/test/unit_test.hpp>

#include "tests/mpi/job.hpp"

namespace {

constexpr int skipped = 77;
echelon::net::mpi_session* joined = nullptr;

}  // namespace

echelon::net::mpi_session& echelon::test::job() { return *joined; }

int main(int count, char** arguments) {
  const auto session = echelon::net::join_mpi();
  if (!session) {
    std::printf("SKIPPED: %s\n", session.error().detail.c_str());
    return skipped;
  }
  joined = session->get();
  return boost::unit_test::unit_test_main([] { return true; }, count, arguments);
}
