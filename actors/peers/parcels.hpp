#pragma once

#include "actors/peers/peer_messages.hpp"
#include "algorithms/merging/mixing/mixing_rule.hpp"

namespace echelon::actors {

/// The message that carries a parcel: its vectors one behind the other, without a copy where there
/// is one.
peer_parcel packed(std::int32_t from, index exchange, std::uint64_t spec,
                   const merging::parcel& content);

/// Leaves out the parameters where they are those that the receiver was asked about in that step.
/// Cost: reads them.
void leave_out_known(peer_parcel& what, const gradient_request& asked, index parameters);

/// Puts back what was left out. False: it went on with another request than this one.
bool put_back_known(peer_parcel& what, const gradient_request& asked, index parameters);

/// The parcel of a message whose length its vectors divide.
merging::parcel unpacked(const peer_parcel& what);

}  // namespace echelon::actors
