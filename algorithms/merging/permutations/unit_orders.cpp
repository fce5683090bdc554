#include "algorithms/merging/permutations/unit_orders.hpp"

#include <algorithm>
#include <numeric>

namespace echelon::merging {

unit_order kept_order(index units) {
  unit_order p(slot(units));
  std::iota(p.begin(), p.end(), index{0});
  return p;
}

unit_order composed(const unit_order& p, const unit_order& q) {
  expects(p.size() == q.size());
  unit_order both;
  for (const index r : q)
    both.push_back(p[slot(r)]);
  return both;
}

unit_order inverse(const unit_order& p) {
  unit_order back(p.size());
  for (std::size_t r = 0; r < p.size(); ++r)
    back[slot(p[r])] = static_cast<index>(r);
  return back;
}

unit_orders kept_orders(const permutation_spec& spec) {
  unit_orders all;
  for (const permutation_class& one : spec.classes)
    all.push_back(kept_order(one.units));
  return all;
}

unit_orders composed(const unit_orders& p, const unit_orders& q) {
  expects(p.size() == q.size());
  unit_orders all;
  for (std::size_t c = 0; c < p.size(); ++c)
    all.push_back(composed(p[c], q[c]));
  return all;
}

unit_orders inverse(const unit_orders& p) {
  unit_orders all;
  for (const unit_order& one : p)
    all.push_back(inverse(one));
  return all;
}

unit_orders random_orders(const permutation_spec& spec, random_stream& random) {
  unit_orders all;
  for (const permutation_class& one : spec.classes) {
    const index size = one.units / one.blocks;
    unit_order& p = all.emplace_back();
    for (const index block : permutation(random, one.blocks))
      for (const index unit : permutation(random, size))
        p.push_back(block * size + unit);
  }
  return all;
}

double kept_share(const unit_orders& p) {
  index units = 0, still = 0;
  for (const unit_order& one : p)
    for (std::size_t r = 0; r < one.size(); ++r, ++units)
      still += one[r] == static_cast<index>(r);
  return units == 0 ? 1 : static_cast<double>(still) / static_cast<double>(units);
}

result<void> check_orders(const permutation_spec& spec, const unit_orders& p) {
  if (p.size() != spec.classes.size())
    return fail(errc::bad_input, "{} unit_orders for {} classes", p.size(), spec.classes.size());
  for (std::size_t c = 0; c < p.size(); ++c) {
    const permutation_class& one = spec.classes[c];
    unit_order sorted = p[c];
    std::ranges::sort(sorted);
    if (sorted != kept_order(one.units))
      return fail(errc::bad_input, "permutation {} is none of the {} units of its class", c,
                  one.units);
    const index size = one.units / one.blocks;
    for (index r = 0; r < one.units; ++r)
      if (one.blocks > 1 && p[c][slot(r)] / size != p[c][slot(r / size * size)] / size)
        return fail(errc::bad_input,
                    "permutation {} takes apart the groups of {} units of its class", c, size);
  }
  return {};
}

std::vector<index> gather_positions(const axis_map& map, index length, const unit_orders& p) {
  std::vector<index> from = kept_order(length);
  for (const segment& part : map)
    for (index o = 0; o < part.outer; ++o)
      for (index u = 0; u < part.units; ++u) {
        const index first = part.start + o * part.outer_step;
        const index other = p[slot(part.number)][slot(u)];
        for (index t = 0; t < part.inner; ++t)
          from[slot(first + u * part.inner + t)] = first + other * part.inner + t;
      }
  return from;
}

block permute(const permutation_spec& spec, const block& state, const unit_orders& p) {
  expects(state.size() == spec.state_size && p.size() == spec.classes.size());
  block_builder moved{state.size(), state.kind(), contents::unset};
  with_scalar(state.kind(), [&]<class Scalar>(Scalar) {
    const auto source = state.as<Scalar>();
    const auto target = moved.as<Scalar>();
    for (const tensor_map& tensor : spec.tensors)
      for_each_run(tensor, p, [&](index to, index from, index count) {
        std::copy_n(source.begin() + from, count, target.begin() + to);
      });
  });
  return block::freeze(std::move(moved));
}

}  // namespace echelon::merging
