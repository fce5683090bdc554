#include "actors/peers/parcels.hpp"

#include <algorithm>

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

void leave_out_known(peer_parcel& what, const gradient_request& asked, index parameters) {
  const std::size_t known = slot(parameters) * bytes_of(asked.point.kind());
  if (what.vectors != 1 || what.values.kind() != asked.point.kind() ||
      !std::ranges::equal(what.values.bytes().first(known), asked.point.bytes().first(known)))
    return;
  what.values = piece_of(what.values, parameters, what.values.size());
  what.behind = asked.step;
}

bool put_back_known(peer_parcel& what, const gradient_request& asked, index parameters) {
  if (what.behind != asked.step || what.vectors != 1 || what.values.kind() != asked.point.kind() ||
      what.values.size() != asked.point.size() - parameters)
    return false;
  what.values = joined(piece_of(asked.point, 0, parameters), what.values);
  return true;
}

merging::parcel unpacked(const peer_parcel& what) {
  merging::parcel content{{}, what.numbers};
  const index each = what.values.size() / what.vectors;
  for (index i = 0; i < what.vectors; ++i)
    content.vectors.push_back(piece_of(what.values, i * each, (i + 1) * each));
  return content;
}

}  // namespace echelon::actors
