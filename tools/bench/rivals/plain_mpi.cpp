// Two ranks of an MPI job with blocking calls, as MPI programs are written; see
// tools/bench/transport.py.

#include <mpi.h>

#include "tools/bench/rivals/timings.hpp"

namespace rivals {
namespace {

using bytes = std::vector<char>;

void send(const bytes& what, int to) {
  MPI_Send(what.data(), static_cast<int>(what.size()), MPI_BYTE, to, 0, MPI_COMM_WORLD);
}

void receive(bytes& into, int from) {
  MPI_Recv(into.data(), static_cast<int>(into.size()), MPI_BYTE, from, 0, MPI_COMM_WORLD,
           MPI_STATUS_IGNORE);
}

void send_all(const work& all) {
  timings taken;
  const bytes tensor(all.tensor_bytes, 'x');
  bytes ping(ping_bytes, 'x');
  bytes answer(1);
  for (int i = 0; i < all.tensors; ++i) {
    taken.start();
    send(tensor, 1);
    receive(answer, 1);
    taken.stop(taken.tensors);
  }
  for (int i = 0; i < all.pings; ++i) {
    taken.start();
    send(ping, 1);
    receive(ping, 1);
    taken.stop(taken.pings);
  }
  taken.print();
}

void receive_all(const work& all) {
  bytes tensor(all.tensor_bytes);
  bytes ping(ping_bytes);
  const bytes answer(1);
  for (int i = 0; i < all.tensors; ++i) {
    receive(tensor, 0);
    send(answer, 0);
  }
  for (int i = 0; i < all.pings; ++i) {
    receive(ping, 0);
    send(ping, 0);
  }
}

}  // namespace
}  // namespace rivals

int main(int count, char** arguments) {
  const rivals::work all = rivals::read_work(count, arguments);
  MPI_Init(nullptr, nullptr);
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  if (rank == 0)
    rivals::send_all(all);
  else
    rivals::receive_all(all);
  MPI_Finalize();
  return 0;
}
