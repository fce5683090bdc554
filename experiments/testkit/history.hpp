#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "experiments/chaos/event.hpp"
#include "experiments/chaos/trial.hpp"

namespace echelon::testkit {

using experiments::chaos::broken_promise;
using experiments::chaos::event;
using message = runtime::trace_event;

/// Which messages are meant: all that agree with whatever is given. Nodes are named as in traces:
/// "coordinator", "worker/3", "peer/0".
struct messages {
  std::string kind = {};  ///< "round_start", "coded_gradient", "peer_parcel", ...: of message_names
  std::string from = {}, to = {};
  std::optional<index> round = {};  ///< among peers: the exchange

  bool match(const message& what) const;
  std::string text() const;
};

/// Kinds by name, and the name of a kind; empty: there is none.
const std::vector<std::string>& message_names();
std::string_view name_of(const message& what);

/// All that could be seen of a run.
struct history {
  std::vector<event> events;           ///< in order
  std::vector<broken_promise> broken;  ///< by what Echelon promises of every run
  actors::run_summary summary;

  /// Messages as they were handed over for sending, and as they arrived, in the order of sending.
  std::vector<message> sent(const messages& which) const;
  std::vector<message> arrived(const messages& which) const;
  std::vector<actors::round_record> rounds() const;
};

/// What is expected of a history: asked one after the other, told at the end.
class expectations {
public:
  explicit expectations(const history& of) : of_(of) {}

  expectations& sent(index times, const messages& which);
  expectations& sent_at_least(index times, const messages& which);
  expectations& never_sent(const messages& which) { return sent(0, which); }
  /// Each of `later` is sent after one of `earlier` has arrived.
  expectations& only_after(const messages& later, const messages& earlier);
  expectations& done_in(seconds most);
  expectations& every_promise_kept();

  /// A sentence for each that was not met.
  const std::vector<std::string>& unmet() const { return unmet_; }

private:
  const history& of_;
  std::vector<std::string> unmet_;
};

}  // namespace echelon::testkit
