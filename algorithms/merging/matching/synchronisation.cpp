#include "algorithms/merging/matching/synchronisation.hpp"

#include "algorithms/merging/matching/class_assignment.hpp"

namespace echelon::merging {
namespace {

constexpr int sweeps_max = 100;

/// What a pair says of the order of one of its networks, given that of the other.
unit_orders follow(const matched_pair& pair, index network,
                   const std::vector<unit_orders>& orders) {
  return network == pair.right ? composed(pair.orders, orders[slot(pair.left)])
                               : composed(inverse(pair.orders), orders[slot(pair.right)]);
}

result<std::vector<unit_orders>> follow_tree(const permutation_spec& spec, index networks,
                                             const std::vector<matched_pair>& pairs) {
  std::vector<unit_orders> orders(slot(networks));
  std::vector<bool> known(slot(networks), false);
  orders[0] = kept_orders(spec);
  known[0] = true;
  std::vector<index> reached{0};
  for (std::size_t next = 0; next < reached.size(); ++next)
    for (const matched_pair& pair : pairs) {
      if (pair.left != reached[next] && pair.right != reached[next])
        continue;
      const index other = pair.left == reached[next] ? pair.right : pair.left;
      if (known[slot(other)])
        continue;
      orders[slot(other)] = follow(pair, other, orders);
      known[slot(other)] = true;
      reached.push_back(other);
    }
  for (index network = 0; network < networks; ++network)
    if (!known[slot(network)])
      return fail(errc::bad_input, "no chain of matchings leads from network 0 to network {}",
                  network);
  return orders;
}

/// For every unit of the common order, how many matchings say that it is which unit of a network.
matrix votes_for(index network, std::size_t number, index units,
                 const std::vector<unit_orders>& orders, const std::vector<matched_pair>& pairs) {
  matrix votes = matrix::Zero(units, units);
  for (const matched_pair& pair : pairs) {
    if (pair.left == pair.right || (pair.left != network && pair.right != network))
      continue;
    const unit_order said = network == pair.right
                                ? composed(pair.orders[number], orders[slot(pair.left)][number])
                                : composed(inverse(pair.orders[number]),
                                           orders[slot(pair.right)][number]);
    for (index unit = 0; unit < units; ++unit)
      votes(unit, said[slot(unit)]) += 1;
  }
  return votes;
}

}  // namespace

result<std::vector<unit_orders>> synchronised(const permutation_spec& spec, index networks,
                                              const std::vector<matched_pair>& pairs) {
  ECHELON_TRY(std::vector<unit_orders> orders, follow_tree(spec, networks, pairs));
  bool gained = true;
  for (int sweep = 0; gained && sweep < sweeps_max; ++sweep) {
    gained = false;
    for (index network = 0; network < networks; ++network)
      for (std::size_t c = 0; c < spec.classes.size(); ++c) {
        unit_order& order = orders[slot(network)][c];
        const matrix votes = votes_for(network, c, spec.classes[c].units, orders, pairs);
        double before = 0;
        for (std::size_t unit = 0; unit < order.size(); ++unit)
          before += votes(static_cast<index>(unit), order[unit]);
        ECHELON_TRY(class_order best, order_class(spec.classes[c], votes));
        if (best.profit < before + 0.5)  // votes are whole
          continue;
        order = std::move(best.order);
        gained = true;
      }
  }
  return orders;
}

double agreement(const std::vector<unit_orders>& orders, const std::vector<matched_pair>& pairs) {
  index units = 0, agreed = 0;
  for (const matched_pair& pair : pairs) {
    const unit_orders said = follow(pair, pair.right, orders);
    for (std::size_t c = 0; c < said.size(); ++c)
      for (std::size_t unit = 0; unit < said[c].size(); ++unit, ++units)
        agreed += said[c][unit] == orders[slot(pair.right)][c][unit];
  }
  return units == 0 ? 1 : static_cast<double>(agreed) / static_cast<double>(units);
}

}  // namespace echelon::merging
