#include "algorithms/compression/payload_format.hpp"

#include <algorithm>
#include <limits>

#include "algorithms/base/contract.hpp"
#include "algorithms/compression/payload_kind.hpp"
#include "algorithms/compression/varint.hpp"

namespace echelon::compression {
namespace {

/// Takes a number off the front that is at most `largest`.
result<index> take_number(std::span<const std::byte>& bytes, index largest, const char* what) {
  const auto number = take_varint(bytes);
  if (!number)
    return fail(errc::bad_input, "a message is cut off before its {}", what);
  if (*number > static_cast<std::uint64_t>(largest))
    return fail(errc::bad_input, "a message's {} is {}, with room for {}", what, *number, largest);
  return static_cast<index>(*number);
}

result<unsigned> take_byte(std::span<const std::byte>& bytes, const char* what) {
  if (bytes.empty())
    return fail(errc::bad_input, "a message is cut off before its {}", what);
  const auto taken = std::to_integer<unsigned>(bytes.front());
  bytes = bytes.subspan(1);
  return taken;
}

struct segment_view {
  const payload_kind* kind;
  index length;
  std::span<const std::byte> bytes;
};

result<const payload_kind*> kind_of(unsigned id) {
  const auto all = payload_kinds();
  const auto found = std::ranges::find(
      all, id, [](const payload_kind& kind) { return static_cast<unsigned>(kind.id); });
  if (found == all.end())
    return fail(errc::bad_input, "no kind of payload has the number {}", id);
  return &*found;
}

/// Takes a segment off the front whose length is at most `length`.
result<segment_view> take_segment(std::span<const std::byte>& bytes, index length) {
  ECHELON_TRY(const unsigned id, take_byte(bytes, "segment's kind"));
  ECHELON_TRY(const payload_kind* kind, kind_of(id));
  ECHELON_TRY(const index own, take_number(bytes, length, "segment's length"));
  ECHELON_TRY(const index size,
              take_number(bytes, std::numeric_limits<index>::max(), "segment's size"));
  if (size > std::ssize(bytes))
    return fail(errc::bad_input, "a segment of {} bytes has {}", size, bytes.size());
  const segment_view taken{kind, own, bytes.first(slot(size))};
  bytes = bytes.subspan(slot(size));
  return taken;
}

/// Calls `use` with each segment of a message for `length` floats, until one is refused.
template <class Use>
result<void> for_segments(std::span<const std::byte> bytes, index length, Use use) {
  ECHELON_TRY(const unsigned version, take_byte(bytes, "version"));
  if (version != payload_version)
    return fail(errc::bad_input, "a message has version {}, not {}", version, payload_version);
  // A segment takes three bytes at least, so this number promises nothing.
  ECHELON_TRY(const index count, take_number(bytes, std::ssize(bytes) / 3, "number of segments"));
  for (index done = 0; done < count; ++done) {
    ECHELON_TRY(const segment_view next, take_segment(bytes, length));
    ECHELON_CHECK(use(next));
    length -= next.length;
  }
  if (length != 0)
    return fail(errc::bad_input, "a message's segments leave out {} floats", length);
  if (!bytes.empty())
    return fail(errc::bad_input, "a message has {} bytes too many", bytes.size());
  return {};
}

class segmented final : public packed_format {
public:
  result<void> check(std::span<const std::byte> packed, index length) const override {
    return for_segments(packed, length, [](const segment_view& next) {
      return next.kind->check(next.bytes, next.length);
    });
  }

  void add(std::span<const std::byte> packed, float weight, std::span<float> sum) const override {
    auto rest = sum;
    const auto added = for_segments(packed, std::ssize(sum), [&](const segment_view& next) {
      next.kind->add(next.bytes, weight, rest.first(slot(next.length)));
      rest = rest.subspan(slot(next.length));
      return result<void>{};
    });
    expects(added.has_value());
  }
};

}  // namespace

const packed_format& payload_format() {
  static const segmented only;
  return only;
}

}  // namespace echelon::compression
