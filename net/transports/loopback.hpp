#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "net/clock.hpp"
#include "net/transport.hpp"
#include "net/transports/faults.hpp"

namespace echelon::net {

struct loopback_wire;
class loopback_listener;

/// The wires between the processes that a test pretends to have, in the memory of one. On a hand-
/// moved clock all that happens repeats from the seed. It outlives its hosts and their streams, and
/// runs on `where`, one thread at a time.
class loopback_network {
public:
  /// What befalls the `dial`-th stream (from 0) between two hosts.
  using plan = std::function<stream_faults(const std::string& from, const std::string& to,
                                           std::int64_t dial)>;

  loopback_network(asio::any_io_executor where, clock& time, std::uint64_t seed = 0);
  ~loopback_network();
  loopback_network(const loopback_network&) = delete;
  loopback_network& operator=(const loopback_network&) = delete;

  /// A process of that name: it dials under it. Addresses are names; a host may listen at several.
  std::unique_ptr<transport> host(std::string name);

  /// For streams dialled from now on. The default: perfect wires.
  void faults(plan what);
  /// Now, to the streams that live: from one host (empty: any) to one address (empty: any).
  void reset(const std::string& from = {}, const std::string& to = {});
  void change(const std::string& from, const std::string& to, const stream_faults& faults);
  /// Streams of which somebody still holds an end.
  int streams() const;

private:
  friend class loopback_host;
  friend class loopback_listener;

  std::vector<std::shared_ptr<loopback_wire>> living(const std::string& from,
                                                     const std::string& to) const;

  asio::any_io_executor where_;
  clock& time_;
  std::uint64_t seed_;
  plan plan_;
  std::int64_t dials_ = 0;
  std::map<std::pair<std::string, std::string>, std::int64_t> dials_between_;
  std::map<std::string, loopback_listener*> listeners_;
  std::vector<std::weak_ptr<loopback_wire>> wires_;
};

}  // namespace echelon::net
