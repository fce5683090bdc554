#pragma once

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <asio/thread_pool.hpp>

#include "actors/cluster/cluster_messages.hpp"
#include "actors/sender_shelf.hpp"
#include "actors/training.hpp"
#include "experiments/cluster/node_process.hpp"

namespace echelon::experiments {

/// What a node makes of the coordinator's scenario: the model and the data, its own or shipped; and
/// what its senders remember of this run, whichever seats it had.
class node_preparation {
public:
  /// What they refer to must outlive it.
  node_preparation(asio::io_context& io, const node_settings& settings)
      : io_(io), settings_(settings) {}

  /// Reads the scenario and the data, unless that has been done; links stay alive meanwhile.
  asio::awaitable<result<void>> prepare(actors::run_brief brief,
                                        const actors::reception_handle& reception);
  /// nullptr before it is prepared.
  const actors::training_setup_ptr& setup() const { return setup_; }
  /// Once it is prepared.
  actors::sender_shelf& memories() { return *memories_; }

private:
  asio::awaitable<result<learning::dataset>> fetch_data(const actors::reception_handle& reception);
  result<actors::training_setup_ptr> build_from(const actors::run_brief& brief,
                                                std::optional<learning::dataset> shipped) const;
  void tell(const std::string& what) const {
    if (settings_.tell)
      settings_.tell(what);
  }

  asio::io_context& io_;
  const node_settings& settings_;
  asio::thread_pool helper_{1};
  std::uint64_t scenario_hash_ = 0;
  actors::training_setup_ptr setup_;
  std::optional<actors::sender_shelf> memories_;
};

/// How long a node waits for an answer of the coordinator's process.
inline constexpr auto answer_time = std::chrono::seconds{30};

}  // namespace echelon::experiments
