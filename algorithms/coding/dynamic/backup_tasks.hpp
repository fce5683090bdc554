#pragma once

#include "algorithms/coding/dynamic/dealt_code.hpp"

namespace echelon::coding {

/// Speculative re-execution: every part on one sender; once so many of the tasks are in, those that
/// are not are copied to senders that have nothing to do, and the first answer wins. The tasks of
/// dead senders are copied at once. Shapes: K >= N; every sender must be able to compute every part
/// (shared storage). Cost: as uncoded, and a copy of each late task.
class backup_tasks final : public dealt_code {
public:
  static constexpr std::string_view name = "backup-tasks";
  static constexpr std::string_view
      summary = "uncoded; late tasks are copied to idle senders, the first answer wins";
  static constexpr std::string_view source = "Dean, Ghemawat 2004, MapReduce (backup tasks)";
  static std::vector<parameter> declared();
  static result<backup_tasks> make(const parameters& given, const code_shape& shape);

  std::unique_ptr<code_round> open(const round_outlook& outlook) const override;

private:
  backup_tasks(const code_shape& shape, double after_fraction)
      : dealt_code(shape), after_fraction_(after_fraction) {}

  double after_fraction_;
};

}  // namespace echelon::coding
