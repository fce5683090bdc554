#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "actors/remote/field_walk.hpp"
#include "net/link.hpp"

namespace echelon::remote {

/// Reads what `gather` wrote, from a peer that may have written anything. Every count is checked
/// against the bytes that are left before anything is made of it; every element takes at least one
/// byte; depth and number of elements are bounded. Memory: at most a small multiple of the head,
/// and the large values where they landed already.
class bounded_reader : public field_walk<bounded_reader> {
public:
  /// Looks at a head whose large values are not here yet: only their sizes are compared; the values
  /// read are empty.
  bounded_reader(std::span<const std::byte> head, std::span<const std::size_t> sizes);
  /// Reads it all.
  bounded_reader(std::span<const std::byte> head, std::vector<net::body> bodies);

  /// Whether all went well, and nothing is left over.
  bool complete();
  /// What is wrong, in words that follow "a message"; null: nothing so far.
  const char* problem() const { return problem_; }
  std::span<const std::byte> rest() const { return left_; }

private:
  friend field_walk<bounded_reader>;

  static constexpr std::size_t elements_max = 65'536;
  static constexpr int depth_max = 16;

  template <class T>
  bool number(T& field) {
    return take(&field, sizeof field);
  }
  bool truth(bool& field);
  bool text(std::string& field);
  bool large(block& field);
  bool large(blob& field);
  bool enter();
  void leave() { --depth_; }
  void named(const char*) {}
  bool refuse(const char* why);

  template <class T>
  bool items(std::vector<T>& field) {
    std::size_t size = 0;
    if (!count(size))
      return false;
    field.clear();
    for (; size > 0; --size) {
      const std::size_t before = left_.size();
      T item{};
      if (!visit(item))
        return false;
      if (left_.size() == before)
        return refuse("has elements that take no bytes");
      field.push_back(std::move(item));
    }
    return true;
  }
  template <class T>
  bool maybe(std::optional<T>& field) {
    field.reset();
    bool present = false;
    return truth(present) && (!present || visit(field.emplace()));
  }

  /// Of elements that take a byte or more each.
  bool count(std::size_t& size);
  bool take(void* into, std::size_t bytes);
  /// The next large value, which must have that size; its memory and hash when they are here.
  bool land(std::size_t bytes, net::body& into);

  std::span<const std::byte> left_;
  std::span<const std::size_t> sizes_;
  std::vector<net::body> bodies_;
  bool only_sizes_;
  std::size_t next_body_ = 0;
  std::size_t elements_ = 0;
  int depth_ = 0;
  const char* problem_ = nullptr;
};

}  // namespace echelon::remote
