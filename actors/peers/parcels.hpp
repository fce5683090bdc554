#pragma once

#include "actors/peers/peer_messages.hpp"
#include "algorithms/merging/mixing/mixing_rule.hpp"

namespace echelon::actors {

/// The message that carries a parcel: its vectors one behind the other, without a copy where there
/// is one.
peer_parcel packed(std::int32_t from, index exchange, std::uint64_t spec,
                   const merging::parcel& content);

/// The parcel of a message whose length its vectors divide.
merging::parcel unpacked(const peer_parcel& what);

}  // namespace echelon::actors
