#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace echelon::net {

static_assert(std::endian::native == std::endian::little, "numbers are copied as they lie");

/// Appends numbers, least byte first, and short texts.
class wire_writer {
public:
  explicit wire_writer(std::vector<std::byte>& into) : into_(into) {}

  template <std::unsigned_integral T>
  void put(T number) {
    put_bytes(std::as_bytes(std::span{&number, 1}));
  }
  void put_bytes(std::span<const std::byte> bytes);
  /// At most 65,535 bytes of it.
  void put_text(std::string_view text) {
    text = text.substr(0, UINT16_MAX);
    put(static_cast<std::uint16_t>(text.size()));
    put_bytes(std::as_bytes(std::span{text}));
  }

private:
  std::vector<std::byte>& into_;
};

/// Takes them again from bytes that anybody may have sent: what is not there reads as zero or
/// empty, and `whole` answers false from then on.
class wire_reader {
public:
  explicit wire_reader(std::span<const std::byte> from) : rest_(from) {}

  template <std::unsigned_integral T>
  T take() {
    T number{};
    if (const auto bytes = take_bytes(sizeof(T)); !bytes.empty())
      std::memcpy(&number, bytes.data(), sizeof(T));
    return number;
  }
  std::span<const std::byte> take_bytes(std::size_t count) {
    if (count > rest_.size()) {
      missing_ = true;
      rest_ = {};
      return {};
    }
    const auto taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }
  std::string take_text() {
    const auto bytes = take_bytes(take<std::uint16_t>());
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  std::span<const std::byte> rest() const { return rest_; }
  /// Whether all that was taken was there.
  bool whole() const { return !missing_; }
  /// ... and nothing is left.
  bool finished() const { return !missing_ && rest_.empty(); }

private:
  std::span<const std::byte> rest_;
  bool missing_ = false;
};

}  // namespace echelon::net
