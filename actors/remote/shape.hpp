#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "actors/remote/field_walk.hpp"

namespace echelon::remote {

/// What a type looks like on the wire: its name and a hash of its fields' kinds, in order. Two
/// programs whose messages of one name differ in shape do not understand each other, and notice.
class shape : public field_walk<shape> {
public:
  template <class T>
  static shape of() {
    shape seen;
    T example{};
    seen(example);
    return seen;
  }

  const std::string& name() const { return name_; }
  std::uint64_t hash() const { return hash_; }

private:
  friend field_walk<shape>;

  template <class T>
  bool number(T&) {
    return note(std::is_floating_point_v<T> ? "float"
                : std::is_signed_v<T>       ? "int"
                                            : "unsigned",
                sizeof(T));
  }
  bool truth(bool&) { return note("truth"); }
  bool text(std::string&) { return note("text"); }
  bool large(block&) { return note("block"); }
  bool large(blob&) { return note("blob"); }
  bool enter() { return note("struct"); }
  void leave() { note("end"); }
  void named(const char* name);
  bool refuse(const char*) { return true; }

  template <class T>
  bool items(std::vector<T>&) {
    T example{};
    return note("items") && visit(example);
  }
  template <class T>
  bool maybe(std::optional<T>&) {
    T example{};
    return note("maybe") && visit(example);
  }

  bool note(const char* kind, std::size_t bytes = 0);

  std::string name_;
  std::uint64_t hash_ = 0;
};

}  // namespace echelon::remote
