#include "algorithms/base/packed_fields.hpp"

namespace echelon {

void field_writer::put(std::span<const std::byte> bytes) {
  const std::size_t before = bytes_.size();
  bytes_.resize(before + bytes.size());
  if (!bytes.empty())
    std::memcpy(&bytes_[before], bytes.data(), bytes.size());
}

void field_writer::put(const block& values) {
  put(static_cast<std::int64_t>(values.kind()));
  put(values.size());
  put(values.bytes());
}

index field_reader::count() {
  const auto read = number<index>();
  expect(read >= 0 && read <= std::ssize(left_));
  return good_ ? read : 0;
}

std::span<const std::byte> field_reader::take(std::size_t size) {
  expect(size <= left_.size());
  if (!good_)
    return {};
  const auto taken = left_.first(size);
  left_ = left_.subspan(size);
  return taken;
}

block field_reader::values() {
  const auto kind = number<std::int64_t>();
  const index length = count();
  expect(kind == static_cast<std::int64_t>(precision::single) ||
         kind == static_cast<std::int64_t>(precision::double_));
  if (!good_)
    return {};
  const auto bytes = take(slot(length) * bytes_of(static_cast<precision>(kind)));
  if (bytes.empty())
    return {};
  block_builder read{length, static_cast<precision>(kind), contents::unset};
  std::memcpy(read.bytes().data(), bytes.data(), bytes.size());
  return block::freeze(std::move(read));
}

}  // namespace echelon
