#pragma once

#include <vector>

#include "algorithms/base/types.hpp"

namespace echelon::merging {

/// Where the units of one class lie on an axis: copy t of unit u in repetition o is at
/// start + o * outer_step + u * inner + t, with t below `inner` and o below `outer`.
struct segment {
  index number = 0;  ///< of the class
  index start = 0;
  index units = 0;
  index outer = 1;
  index outer_step = 0;
  index inner = 1;

  index end() const { return start + (outer - 1) * outer_step + units * inner; }
  bool same_place(const segment& other) const;
  bool operator==(const segment&) const = default;
};

/// What moves along an axis, in order of `start`; positions in no segment stay where they are.
using axis_map = std::vector<segment>;

/// A set of classes of units that are permuted together, while it becomes known which of them must
/// be the same: a union-find whose classes can also be split, where a part of one must follow part
/// of another, and folded, where several units of one must stay together as one unit of another.
class unit_classes {
public:
  index fresh(index units);
  /// Its units, or those of all parts of it, stay where they are.
  void freeze(index number);
  void freeze(const axis_map& map);
  /// Positions of an axis that are permuted in the same way. What cannot be brought into line is
  /// frozen.
  void unify(const axis_map& left, const axis_map& right);
  /// No unit may cross a position of the axis.
  void cut(const axis_map& map, index position);
  /// Of an axis with `count` groups of equal size: units stay in their group, or whole groups
  /// change places.
  void keep_groups(const axis_map& map, index length, index count);

  /// The map in terms of the classes as they are now; what is frozen is left out.
  axis_map resolved(const axis_map& map) const;
  index units(index number) const { return classes_[slot(number)].units; }
  /// Groups of equal size that stay together in a class; 1: all units are free.
  index blocks(index number) const { return classes_[slot(number)].blocks; }

private:
  enum class state : unsigned char { whole, frozen, joined, split };
  struct unit_class {
    index units;
    index blocks = 1;
    state now = state::whole;
    index first = -1;   ///< joined: to whom; split: the left part
    index second = -1;  ///< split: the right part
    index fold = 1;     ///< joined: how many of its units make one of the other's
  };

  unit_class& at(index number) { return classes_[slot(number)]; }
  void resolve(const segment& part, axis_map& to) const;
  void split(index number, index unit);
  void split_whole(index number, index unit);
  void dissolve_blocks(index number);
  void join(index left, index right);
  void fold(index many, index into);
  bool unify_step(const axis_map& left, const axis_map& right);
  void cut_segment(const segment& part, index position);
  bool share_blocks(index number, index blocks);

  std::vector<unit_class> classes_;
};

}  // namespace echelon::merging
