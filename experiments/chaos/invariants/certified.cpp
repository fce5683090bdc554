#include "experiments/chaos/invariants/certified.hpp"

#include <cmath>

#include <fmt/format.h>

#include "actors/messages.hpp"

namespace echelon::experiments::chaos {
namespace {

bool is_size(double number) { return std::isfinite(number) && number >= 0; }

}  // namespace

std::string certified::observe(const event& what) {
  return std::visit(handlers{[this](const round_ended& ended) { return judge(ended); },
                             [this](const message_sent& sent) { return judge(sent); },
                             [this](const run_resumed& resumed) {
                               rounds_ = resumed.rounds;
                               failed_ = false;
                               time_s_ = 0;
                               return std::string{};
                             },
                             [](const auto&) { return std::string{}; }},
                    what);
}

std::string certified::judge(const round_ended& what) {
  using outcome = actors::certificate::outcome;
  const actors::round_record& record = what.record;
  const actors::certificate& worth = record.worth;
  if (failed_)
    return fmt::format("round {} follows one that failed", record.round);
  if (record.round != rounds_ + 1)
    return fmt::format("the record of round {} follows that of round {}", record.round, rounds_);
  if (record.time_s < time_s_)
    return fmt::format("round {} ends at {} s, before the round it follows", record.round,
                       record.time_s);
  if (!is_size(worth.residual) || !is_size(worth.amplification) ||
      !is_size(worth.compression_error))
    return fmt::format("the figures of round {}'s certificate are no sizes", record.round);
  if (worth.kind == outcome::exact && worth.residual > 1e-6)
    return fmt::format("round {} is exact with a residual of {}", record.round, worth.residual);
  if (worth.kind == outcome::failed && worth.reason.empty())
    return fmt::format("round {} failed and does not say why", record.round);
  if (record.parts.used > record.parts.computed)
    return fmt::format("round {} used {} parts of {} that were computed", record.round,
                       record.parts.used, record.parts.computed);
  failed_ = worth.kind == outcome::failed;
  rounds_ = record.round;
  time_s_ = record.time_s;
  return {};
}

std::string certified::judge(const message_sent& what) const {
  const bool starts = what.what.what.kind ==
                      static_cast<std::uint8_t>(actors::message_kind::round_start);
  if (!starts || !has_rounds_ || what.what.from.kind != role::coordinator ||
      what.what.what.round == rounds_ + 1)
    return {};
  return fmt::format("round {} begins after round {} was certified", what.what.what.round, rounds_);
}

}  // namespace echelon::experiments::chaos
