#include "algorithms/merging/permutations/unit_classes.hpp"

#include <algorithm>

#include "algorithms/base/contract.hpp"

namespace echelon::merging {

bool segment::same_place(const segment& other) const {
  return start == other.start && units == other.units && inner == other.inner &&
         outer == other.outer && (outer == 1 || outer_step == other.outer_step);
}

index unit_classes::fresh(index units) {
  classes_.push_back({.units = units});
  return std::ssize(classes_) - 1;
}

void unit_classes::freeze(index number) {
  unit_class& one = at(number);
  switch (one.now) {
    case state::whole: one.now = state::frozen; break;
    case state::frozen: break;
    case state::joined: freeze(one.first); break;
    case state::split:
      freeze(one.first);
      freeze(at(number).second);
      break;
  }
}

void unit_classes::freeze(const axis_map& map) {
  for (const segment& part : map)
    freeze(part.number);
}

axis_map unit_classes::resolved(const axis_map& map) const {
  axis_map to;
  for (const segment& part : map)
    resolve(part, to);
  std::ranges::sort(to, {}, &segment::start);
  return to;
}

void unit_classes::resolve(const segment& part, axis_map& to) const {
  const unit_class& one = classes_[slot(part.number)];
  segment next = part;
  switch (one.now) {
    case state::whole: to.push_back(part); break;
    case state::frozen: break;
    case state::joined:
      next.number = one.first;
      next.inner = part.inner * one.fold;
      next.units = part.units / one.fold;
      resolve(next, to);
      break;
    case state::split:
      next.number = one.first;
      next.units = units(one.first);
      resolve(next, to);
      next.number = one.second;
      next.start += next.units * part.inner;
      next.units = units(one.second);
      resolve(next, to);
      break;
  }
}

void unit_classes::split_whole(index number, index unit) {
  const index all = units(number);
  expects(unit > 0 && unit < all);
  const index left = fresh(unit);
  const index right = fresh(all - unit);
  at(number).now = state::split;
  at(number).first = left;
  at(number).second = right;
}

/// Units of a block may still change places among themselves.
void unit_classes::dissolve_blocks(index number) {
  const index count = blocks(number);
  const index size = units(number) / count;
  for (index k = 1; k < count; ++k) {
    split_whole(number, size);
    number = at(number).second;
  }
}

/// Separates the units before `unit` from the others.
void unit_classes::split(index number, index unit) {
  if (at(number).now == state::whole && blocks(number) > 1)
    dissolve_blocks(number);
  const unit_class one = at(number);
  if (one.now == state::whole)
    return split_whole(number, unit);
  expects(one.now == state::split);
  const index left = units(one.first);
  if (unit < left)
    split(one.first, unit);
  else if (unit > left)
    split(one.second, unit - left);
}

void unit_classes::cut_segment(const segment& part, index position) {
  const index offset = position - part.start;
  if (part.outer > 1 || offset % part.inner != 0)
    freeze(part.number);
  else
    split(part.number, offset / part.inner);
}

void unit_classes::cut(const axis_map& map, index position) {
  for (const segment& part : resolved(map))
    if (part.start < position && position < part.end())
      cut_segment(part, position);
}

void unit_classes::keep_groups(const axis_map& map, index length, index count) {
  const axis_map now = resolved(map);
  const index size = length / count;
  const bool whole = now.size() == 1 && now[0].outer == 1 && now[0].end() - now[0].start == length;
  if (whole && size % now[0].inner == 0 && share_blocks(now[0].number, count))
    return;
  for (index position = size; position < length; position += size)
    cut(map, position);
}

/// Gives a class blocks. False, and none are left, where it has blocks of another size.
bool unit_classes::share_blocks(index number, index blocks) {
  unit_class& one = at(number);
  if (blocks == 1 || blocks == one.units || blocks == one.blocks)
    return true;
  if (one.blocks == 1) {
    one.blocks = blocks;
    return true;
  }
  dissolve_blocks(number);
  return false;
}

void unit_classes::unify(const axis_map& left, const axis_map& right) {
  while (unify_step(resolved(left), resolved(right))) {
  }
}

/// One change towards equal maps; false where they are equal.
bool unit_classes::unify_step(const axis_map& left, const axis_map& right) {
  if (left == right)
    return false;
  if (std::ranges::equal(left, right, &segment::same_place)) {
    const auto [one, other] = std::ranges::mismatch(left, right, {}, &segment::number,
                                                    &segment::number);
    join(std::min(one->number, other->number), std::max(one->number, other->number));
    return true;
  }
  const auto repeats = [](const segment& part) { return part.outer > 1; };
  if (std::ranges::any_of(left, repeats) || std::ranges::any_of(right, repeats)) {
    freeze(left);
    freeze(right);
    return true;
  }
  auto [l, r] = std::ranges::mismatch(left, right, &segment::same_place);
  if (l == left.end() || r == right.end()) {
    freeze(l == left.end() ? r->number : l->number);
  } else if (l->start != r->start) {
    const segment& first = l->start < r->start ? *l : *r;
    const index position = std::max(l->start, r->start);
    if (position < first.end())
      cut_segment(first, position);
    else
      freeze(first.number);
  } else if (l->end() != r->end()) {
    cut_segment(l->end() > r->end() ? *l : *r, std::min(l->end(), r->end()));
  } else if (l->inner % r->inner == 0) {
    fold(r->number, l->number);
  } else {
    fold(l->number, r->number);
  }
  return true;
}

void unit_classes::join(index left, index right) {
  if (blocks(left) > 1 && blocks(right) > 1 && blocks(left) != blocks(right)) {
    dissolve_blocks(right);
    return;
  }
  share_blocks(left, blocks(right));
  at(right).now = state::joined;
  at(right).first = left;
}

/// Neighbouring units of the first class become one unit of the second, where that comes out even.
void unit_classes::fold(index many, index into) {
  const index factor = units(many) / units(into);
  const index block_units = units(many) / blocks(many);
  if (many == into || factor < 2 || units(many) % units(into) != 0 || block_units % factor != 0) {
    freeze(many);
    freeze(into);
  } else if (share_blocks(into, blocks(many))) {
    at(many).now = state::joined;
    at(many).first = into;
    at(many).fold = factor;
  }
}

}  // namespace echelon::merging
