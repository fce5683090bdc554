#include "algorithms/compression/compressors/by_segment.hpp"

#include "algorithms/base/contract.hpp"
#include "algorithms/compression/compressors/shares.hpp"

namespace echelon::compression {
namespace {

/// Takes so many off the front.
std::span<float> take(std::span<float>& rest, index count) {
  expects(count >= 0 && count <= std::ssize(rest));
  const auto taken = rest.first(slot(count));
  rest = rest.subspan(slot(count));
  return taken;
}

}  // namespace

result<packed_vector> by_segment::compress(std::span<float> vector,
                                           std::span<const segment> segments, const effort& wanted,
                                           random_stream& draws, warm_start& warm) const {
  index warm_total = 0;
  for (const segment& shape : segments)
    warm_total += shape.dense ? 0 : warm_size(shape);
  if (std::ssize(warm) != warm_total)
    warm.assign(slot(warm_total), 0.0F);
  std::span<float> warm_rest{warm};
  const auto coordinates = split_coordinates(wanted.coordinates, segments);
  const auto caps = split_coordinates(wanted.coordinates_max, segments);
  message made{how_};
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const segment& shape = segments[i];
    const auto part = take(vector, shape.size);
    if (shape.size == 0)
      continue;
    if (shape.dense) {
      ECHELON_CHECK(made.add_dense(part, wire_format::full, false));
      continue;
    }
    const effort own{coordinates[i], wanted.threshold, caps[i]};
    ECHELON_CHECK(pack(made, part, {shape, own, draws, take(warm_rest, warm_size(shape))}));
  }
  expects(vector.empty());
  return made.finish();
}

}  // namespace echelon::compression
