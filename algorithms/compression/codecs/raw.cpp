#include "algorithms/compression/codecs/raw.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace echelon::compression {
namespace {

class raw final : public index_codec {
public:
  std::string_view name() const override { return "raw"; }
  std::int64_t bits(const index_set& what) const override { return 32 * std::ssize(what.indices); }
  double expected_bits(index count, index) const override {
    return 32 * static_cast<double>(count);
  }

  void encode(const index_set& what, std::vector<std::byte>& to) const override {
    const auto bytes = std::as_bytes(what.indices);
    to.insert(to.end(), bytes.begin(), bytes.end());
  }

  bool decode(std::span<const std::byte> bytes, index count, index,
              index_sink& sink) const override {
    if (bytes.size() % 4 != 0 || std::ssize(bytes) / 4 != count)
      return false;
    std::array<std::uint32_t, 1024> some;
    while (!bytes.empty()) {
      const auto next = bytes.first(std::min(bytes.size(), sizeof some));
      std::memcpy(some.data(), next.data(), next.size());
      if (!sink.take(std::span{some}.first(next.size() / 4)))
        return false;
      bytes = bytes.subspan(next.size());
    }
    return true;
  }
};

}  // namespace

const index_codec& raw_codec() {
  static const raw only;
  return only;
}

}  // namespace echelon::compression
