#pragma once

#include "algorithms/coding/gradient_code.hpp"
#include "algorithms/compression/compressor.hpp"
#include "algorithms/merging/rules/merge_rule.hpp"
#include "algorithms/transmission/delay_model.hpp"
#include "experiments/testkit/broken_laws.hpp"

/// What policies of your own must do, as Echelon's own do: made by name from a catalogue that they
/// were added to, with `settings` as a scenario would give them. The seeds are fixed. Seconds each.
namespace echelon::testkit {

/// Shapes of two to seven senders, those that it refuses left out, and every set of senders: each
/// tolerated set decodes, what says it is exact is, and nothing is worth more than it is told to
/// be. Of codes that react to what comes in a round, who computes what alone; a virtual_cluster
/// shows the rest.
broken_laws laws_of_code(const coding::code_catalogue& known, std::string_view name,
                         const value_table& settings = {});

/// Easy and difficult vectors, from nothing to everything sent: what is decoded and what is left
/// out add up to the vector, bits are counted, the same draws give the same bytes, and what is not
/// finite is refused.
broken_laws laws_of_compressor(const compression::compressor_catalogue& known,
                               std::string_view name, const value_table& settings = {});

/// A small network and three peers: a merge is a pure function of its task whatever the order in
/// which models came, changes nothing alone or among equals, and refuses what is no model of it.
broken_laws laws_of_merge_rule(const merging::merge_rule_catalogue& known, std::string_view name,
                               const value_table& settings = {});

/// Times are sizes, pure functions of seed, node and round, and in proportion to the load.
broken_laws laws_of_delays(const transmission::delay_catalogue& known, std::string_view name,
                           const value_table& settings = {});

}  // namespace echelon::testkit
