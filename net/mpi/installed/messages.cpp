#include "net/mpi/installed/messages.hpp"

#include <algorithm>

#include "algorithms/base/contract.hpp"

namespace echelon::net {

bool arrival::holds() {
  if (given_up_ || found())
    return true;
  if (!polls_.messages_wait())
    return false;
  int found = 0;
  MPI_Improbe(rank_, tag_, polls_.ranks(), &found, &message_, &status_);
  return found != 0;
}

std::size_t arrival::size() const {
  int bytes = 0;
  MPI_Get_count(&status_, MPI_BYTE, &bytes);
  return static_cast<std::size_t>(bytes);
}

asio::awaitable<void> arrival::take(std::span<std::byte> into) {
  expects(into.size() == size());
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_Imrecv(into.data(), static_cast<int>(into.size()), MPI_BYTE, &message_, &request);
  completion taken{request};
  co_await polls_.until_surely(taken);
}

departures::~departures() { expects(under_way_.empty()); }

void departures::send(std::span<const std::byte> bytes, int rank, int tag, bool synchronous) {
  expects(bytes.size() <= message_bytes_max);
  auto& request = under_way_.emplace_back(MPI_REQUEST_NULL);
  const auto start = synchronous ? MPI_Issend : MPI_Isend;
  start(bytes.data(), static_cast<int>(bytes.size()), MPI_BYTE, rank, tag, ranks_, &request);
}

bool departures::holds() {
  std::erase_if(under_way_, [](MPI_Request& request) {
    int left = 0;
    MPI_Test(&request, &left, MPI_STATUS_IGNORE);
    return left != 0;
  });
  return under_way_.size() <= allowed_;
}

bool completion::holds() {
  int completed = 0;
  MPI_Test(&request_, &completed, MPI_STATUS_IGNORE);
  return completed != 0;
}

}  // namespace echelon::net
