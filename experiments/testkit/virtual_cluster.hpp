#pragma once

#include <string_view>

#include "experiments/scenario/policy_catalogues.hpp"
#include "experiments/testkit/history.hpp"

namespace echelon::testkit {

/// Something that goes wrong: a table of [[faults]], word by word.
class fault {
public:
  explicit fault(std::string_view kind) : given_{{"kind", std::string{kind}}} {}

  fault& on_node(std::string_view node) { return set("node", std::string{node}); }
  fault& on_link(std::string_view link) { return set("link", std::string{link}); }
  fault& from_round(index round) { return set("at_round", round); }
  fault& from(seconds when) { return set("at_s", when.count()); }
  fault& lasting(seconds span) { return set("for_s", span.count()); }
  /// Any other key, of faults or of this kind.
  fault& set(std::string_view key, value what) {
    given_.insert_or_assign(std::string{key}, std::move(what));
    return *this;
  }
  const value_table& table() const { return given_; }

private:
  value_table given_;
};

/// A cluster of simulated nodes on a virtual clock, for tests: runs a scenario under faults and
/// shows all that happened. The same scenario, faults and seed are the same history, message by
/// message.
class virtual_cluster {
public:
  /// `scenario` as in a file. Errors: what cannot be read.
  static result<virtual_cluster> from_text(std::string_view scenario,
                                           experiments::policy_catalogues policies = {});

  /// A key of the scenario: "scenario.rounds". The last word counts.
  virtual_cluster& set(std::string_view key, value what);
  virtual_cluster& suffer(const fault& what);

  /// From the first round to the end, resumed where the coordinator dies.
  /// Errors: what the scenario is refused for.
  result<history> run() const;

private:
  virtual_cluster(value settings, experiments::policy_catalogues policies)
      : settings_(std::move(settings)), policies_(std::move(policies)) {}

  value settings_;
  experiments::policy_catalogues policies_;
  result<void> set_well_ = {};
};

}  // namespace echelon::testkit
