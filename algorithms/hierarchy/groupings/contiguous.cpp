#include "algorithms/hierarchy/groupings/contiguous.hpp"

#include <numeric>

namespace echelon::hierarchy {

result<seating> contiguous::seat(const tree& shape, const shard_profiles&, random_stream) const {
  seating seats(slot(shape.workers()));
  std::iota(seats.begin(), seats.end(), index{0});
  return seats;
}

}  // namespace echelon::hierarchy
