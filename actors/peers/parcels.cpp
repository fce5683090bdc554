#include "actors/peers/parcels.hpp"

#include "actors/group_model.hpp"

namespace echelon::actors {

peer_parcel packed(std::int32_t from, index exchange, std::uint64_t spec,
                   const merging::parcel& content) {
  peer_parcel sent{.peer = from, .exchange = exchange, .spec = spec, .values = {}, .numbers = {}};
  sent.values = content.vectors[0];
  for (std::size_t i = 1; i < content.vectors.size(); ++i)
    sent.values = joined(sent.values, content.vectors[i]);
  sent.vectors = static_cast<std::int32_t>(content.vectors.size());
  sent.numbers = content.numbers;
  return sent;
}

merging::parcel unpacked(const peer_parcel& what) {
  merging::parcel content{{}, what.numbers};
  const index each = what.values.size() / what.vectors;
  for (index i = 0; i < what.vectors; ++i)
    content.vectors.push_back(piece_of(what.values, i * each, (i + 1) * each));
  return content;
}

}  // namespace echelon::actors
