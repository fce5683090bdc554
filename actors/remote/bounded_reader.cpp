#include "actors/remote/bounded_reader.hpp"

#include "algorithms/base/hash.hpp"

namespace echelon::remote {
namespace {

/// Of what was frozen empty, and of what never was anything.
bool is_hash_of_nothing(std::uint64_t hash) { return hash == 0 || hash == hash_bytes({}); }

}  // namespace

bounded_reader::bounded_reader(std::span<const std::byte> head, std::span<const std::size_t> sizes)
    : left_(head), sizes_(sizes), only_sizes_(true) {}

bounded_reader::bounded_reader(std::span<const std::byte> head, std::vector<net::body> bodies)
    : left_(head), bodies_(std::move(bodies)), only_sizes_(false) {}

bool bounded_reader::complete() {
  const std::size_t bodies = only_sizes_ ? sizes_.size() : bodies_.size();
  if (problem_ == nullptr && !left_.empty())
    return refuse("has bytes left over");
  if (problem_ == nullptr && next_body_ != bodies)
    return refuse("brings large values that it does not name");
  return problem_ == nullptr;
}

bool bounded_reader::refuse(const char* why) {
  if (problem_ == nullptr)
    problem_ = why;
  return false;
}

bool bounded_reader::take(void* into, std::size_t bytes) {
  if (bytes > left_.size())
    return refuse("ends too early");
  if (bytes > 0)
    std::memcpy(into, left_.data(), bytes);
  left_ = left_.subspan(bytes);
  return true;
}

bool bounded_reader::count(std::size_t& size) {
  std::uint64_t claimed = 0;
  if (!take(&claimed, sizeof claimed))
    return false;
  if (claimed > left_.size() || claimed > elements_max - elements_)
    return refuse("promises more than it holds");
  size = static_cast<std::size_t>(claimed);
  elements_ += size;
  return true;
}

bool bounded_reader::truth(bool& field) {
  std::uint8_t value = 0;
  if (!take(&value, sizeof value))
    return false;
  field = value == 1;
  return value <= 1 || refuse("has a truth value that is neither");
}

bool bounded_reader::text(std::string& field) {
  std::size_t size = 0;
  if (!count(size))
    return false;
  field.assign(reinterpret_cast<const char*>(left_.data()), size);
  left_ = left_.subspan(size);
  return true;
}

bool bounded_reader::enter() { return ++depth_ <= depth_max || refuse("is nested too deeply"); }

bool bounded_reader::land(std::size_t bytes, net::body& into) {
  const std::size_t bodies = only_sizes_ ? sizes_.size() : bodies_.size();
  if (next_body_ == bodies)
    return refuse("names a large value that it does not bring");
  const std::size_t brought = only_sizes_ ? sizes_[next_body_] : bodies_[next_body_].size;
  if (brought != bytes)
    return refuse("brings a large value of another size than it names");
  if (!only_sizes_)
    into = std::move(bodies_[next_body_]);
  ++next_body_;
  return true;
}

bool bounded_reader::large(block& field) {
  std::uint64_t size = 0, hash = 0;
  std::uint8_t kind_number = 0;
  if (!number(size) || !number(kind_number) || !number(hash))
    return false;
  if (kind_number > static_cast<std::uint8_t>(precision::double_))
    return refuse("has numbers of an unknown precision");
  const auto kind = static_cast<precision>(kind_number);
  if (size > static_cast<std::uint64_t>(std::numeric_limits<index>::max()) / bytes_of(kind))
    return refuse("promises more than it holds");
  net::body landed;
  if (size > 0 && !land(static_cast<std::size_t>(size) * bytes_of(kind), landed))
    return false;
  if (only_sizes_)
    return true;
  if (size > 0 ? landed.hash != hash : !is_hash_of_nothing(hash))
    return refuse("names another hash than that of its large value");
  field = block::adopt(std::move(landed.memory), static_cast<index>(size), kind, hash);
  return true;
}

bool bounded_reader::large(blob& field) {
  std::uint64_t size = 0, hash = 0;
  if (!number(size) || !number(hash))
    return false;
  net::body landed;
  if (size > 0 && !land(static_cast<std::size_t>(size), landed))
    return false;
  if (only_sizes_)
    return true;
  if (size > 0 ? landed.hash != hash : !is_hash_of_nothing(hash))
    return refuse("names another hash than that of its large value");
  field = blob::adopt(std::move(landed.memory), static_cast<std::size_t>(size), hash);
  return true;
}

}  // namespace echelon::remote
