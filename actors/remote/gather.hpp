#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "actors/remote/field_walk.hpp"
#include "net/link.hpp"

namespace echelon::remote {

static_assert(std::endian::native == std::endian::little, "the wire is little endian");

/// Writes messages: small fields into a head, large values beside it, by reference. What is too
/// much for one message is refused, with the reason. Cost: the head's bytes; a large value costs a
/// reference and 17 bytes whatever its size.
class gather : public field_walk<gather> {
public:
  /// Valid when `problem` is null.
  net::message take() { return std::move(what_); }
  const char* problem() const { return problem_; }
  std::size_t body_bytes() const;

private:
  friend field_walk<gather>;

  template <class T>
  bool number(T& field) {
    static_assert(sizeof(T) <= 8, "no number is longer than 64 bits");
    return append(&field, sizeof field);
  }
  bool truth(bool& field);
  bool text(std::string& field);
  bool large(block& field);
  bool large(blob& field);
  bool enter() { return true; }
  void leave() {}
  void named(const char*) {}
  bool refuse(const char* why);

  template <class T>
  bool items(std::vector<T>& field) {
    if (!count(field.size()))
      return false;
    for (T& item : field)
      if (!visit(item))
        return false;
    return true;
  }
  template <class T>
  bool maybe(std::optional<T>& field) {
    bool present = field.has_value();
    return truth(present) && (!present || visit(*field));
  }

  bool count(std::uint64_t value) { return append(&value, sizeof value); }
  bool append(const void* from, std::size_t bytes);
  bool beside(std::shared_ptr<const std::byte[]> memory, std::size_t bytes, std::uint64_t hash);

  net::message what_;
  const char* problem_ = nullptr;
};

}  // namespace echelon::remote
