#include "net/link/control_lane.hpp"

#include <utility>

namespace echelon::net {

void control_lane::push(frame_kind kind, std::vector<std::byte> payload, std::uint64_t position) {
  auto next = std::make_shared<frame>();
  next->header = {.kind = kind,
                  .length = static_cast<std::uint32_t>(payload.size()),
                  .sequence = ++last_,
                  .position = position,
                  .payload_checksum = checksum(payload)};
  next->payload = std::move(payload);
  pending_bytes_ += next->bytes();
  kept_.push_back(std::move(next));
}

void control_lane::fill(batch& into) {
  while (sent_ < kept_.size() && !into.full()) {
    const auto& next = kept_[sent_];
    if (sent_bytes_ > 0 && sent_bytes_ + next->bytes() > control_bytes_max)
      return;
    into.add(next->header, next->payload, next);
    sent_bytes_ += next->bytes();
    ++sent_;
  }
}

result<void> control_lane::acknowledge(std::uint64_t sequence) {
  const std::uint64_t settled = last_ - kept_.size();
  if (sequence > settled + sent_)
    return fail(errc::bad_input, "control frame {} is acknowledged; the last one sent was {}",
                sequence, settled + sent_);
  for (; sequence > last_ - kept_.size(); kept_.pop_front()) {
    pending_bytes_ -= kept_.front()->bytes();
    sent_bytes_ -= kept_.front()->bytes();
    --sent_;
  }
  return {};
}

result<std::size_t> control_lane::resume(std::uint64_t sequence) {
  const std::uint64_t settled = last_ - kept_.size();
  if (sequence < settled)
    return fail(errc::bad_input, "control frame {} is missed; those up to {} had been acknowledged",
                sequence + 1, settled);
  ECHELON_CHECK(acknowledge(sequence));
  sent_ = 0;
  return std::exchange(sent_bytes_, 0);
}

}  // namespace echelon::net
