#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace echelon::testkit {

/// A law that something broke, and how, in one sentence.
struct broken_law {
  std::string law;
  std::string how;
};

/// Each law at most once; none: all were kept.
class broken_laws {
public:
  bool none() const { return all_.empty(); }
  const std::vector<broken_law>& all() const { return all_; }
  bool broke(std::string_view law) const;
  /// A line for each.
  std::string text() const;

  /// Notes a breach; true where the law held. `how` is not asked where it did, or was broken
  /// before.
  template <class How>
  bool require(bool held, std::string_view law, How how) {
    if (!held && !broke(law))
      all_.push_back({std::string{law}, how()});
    return held;
  }

private:
  std::vector<broken_law> all_;
};

}  // namespace echelon::testkit
