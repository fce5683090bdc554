#pragma once

#include <chrono>
#include <string>

#include "actors/record.hpp"

namespace echelon {

/// Shows a run on standard error: on a terminal one line that is drawn over and over, elsewhere a
/// plain line every tenth of the rounds.
class progress final : public actors::run_observer {
public:
  progress(index rounds, bool quiet);
  progress(const progress&) = delete;
  progress& operator=(const progress&) = delete;
  /// Leaves the terminal at the start of a fresh line.
  ~progress() override;

  void on_round(const actors::round_record& round) override;

private:
  using clock = std::chrono::steady_clock;

  std::string line(const actors::round_record& round) const;
  std::string left(index round) const;
  void draw(const std::string& text);

  index rounds_;
  bool quiet_;
  bool terminal_;
  bool drawn_ = false;
  index first_round_ = 0;  ///< a resumed run does not begin at 1
  index printed_tenths_ = 0;
  clock::time_point began_;
  clock::time_point drawn_at_;
  std::optional<double> loss_;
  std::optional<double> accuracy_;
};

/// "worker/3, worker/8, worker/9 and 4 more"; empty for nobody.
std::string some_names(const std::vector<node_id>& nodes);

}  // namespace echelon
