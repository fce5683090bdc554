#include "actors/remote/line.hpp"

#include <utility>

#include <caf/system_messages.hpp>

namespace echelon::remote {
namespace {

class counted_element final : public caf::mailbox_element {
public:
  counted_element(caf::strong_actor_ptr from, caf::message_id id, caf::message what, tally count)
      : mailbox_element(std::move(from), id, {}), what_(std::move(what)), count_(std::move(count)) {
    ++*count_;
  }

  caf::type_erased_tuple& content() override { return what_; }
  const caf::type_erased_tuple& content() const override { return what_; }
  caf::message move_content_to_message() override { return std::move(what_); }
  caf::message copy_content_to_message() const override { return what_; }

private:
  ~counted_element() override { --*count_; }

  caf::message what_;
  tally count_;
};

}  // namespace

gather line::begin(frame_kind kind) const {
  gather frame;
  frame(frame_prefix{kind, loop.now().count()});
  return frame;
}

result<void> line::send(gather& what) {
  if (what.problem() != nullptr)
    return fail(errc::not_supported, "a message to {} cannot be sent: {}", link->peer(),
                what.problem());
  net::message message = what.take();
  std::size_t bytes = message.head.size();
  for (const net::body& each : message.bodies)
    bytes += each.size;
  ECHELON_CHECK(link->send(std::move(message)));
  ++counts.messages_sent;
  counts.bytes_sent += static_cast<std::int64_t>(bytes);
  return {};
}

void line::refuse(const std::string& what) {
  ++counts.refused;
  complain(what);
}

runtime::timer_id line::set_timer(nanoseconds due, caf::atom_value side, std::uint64_t number) {
  return loop.schedule(due, {ear, caf::make_mailbox_element(nullptr, caf::make_message_id(), {},
                                                            caf::timeout_msg{side, number})});
}

caf::mailbox_element_ptr make_counted(caf::strong_actor_ptr sender, caf::message_id id,
                                      caf::message what, tally count) {
  return caf::mailbox_element_ptr{
      new counted_element(std::move(sender), id, std::move(what), std::move(count))};
}

}  // namespace echelon::remote
