#pragma once

#include <optional>
#include <set>
#include <vector>

#include "algorithms/coding/dynamic/stage_choice.hpp"
#include "algorithms/coding/dynamic/stage_work.hpp"
#include "algorithms/coding/dynamic/tracked_round.hpp"

namespace echelon::coding {

/// One round of two-stage coding: see two_stage.hpp.
class two_stage_round final : public tracked_round {
public:
  two_stage_round(const gradient_code& code, stage_choice choice, const stage_settings& given,
                  std::span<const sender_history> history);

  /// stages, stage2_parts (missing at T1), m1, t1_s (as extended), s2.
  std::map<std::string, double> facts() const override;

private:
  enum class stage : unsigned char { first, assigning, later };
  /// What one sender was given to begin with.
  struct beginner {
    index sender = 0;
    std::vector<coded_part> parts;
    std::optional<double> finished_s = std::nullopt;  ///< all of them
  };

  void react(double now_s) override;
  void begin(std::span<const index> shares);
  void watch_first_stage(double now_s);
  index parts_done(const beginner& one) const;
  bool is_open(const beginner& one) const { return !one.finished_s && alive(one.sender); }

  void close_first_stage(double now_s);
  void interrupt(const beginner& one);
  /// Deals what even the expected answers would lack, if anything.
  void plan_stage(double now_s);
  void hand_out(double now_s);
  std::vector<helper> helpers(double now_s) const;
  double observed_speed(const beginner& one, double now_s) const;
  row_space expected() const;
  index count_alive() const;

  stage_choice choice_;
  stage_settings given_;
  std::vector<double> known_speeds_;  ///< per sender, from history; 0: unknown
  std::vector<beginner> beginners_;
  stage stage_ = stage::first;
  std::optional<double> deadline_s_;
  int extensions_ = 0;
  std::set<answer_id> expected_;  ///< answers that are on their way, or that helpers owe
  std::vector<helper_row> planned_;
  double release_s_ = 0;  ///< when `planned_` is handed out
  index alive_at_plan_;
  index stages_ = 1;
  index missing_at_deadline_ = 0;
};

}  // namespace echelon::coding
