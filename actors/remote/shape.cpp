#include "actors/remote/shape.hpp"

#include <string_view>

#include "algorithms/base/hash.hpp"

namespace echelon::remote {
namespace {

std::uint64_t word(std::string_view text) { return hash_bytes(std::as_bytes(std::span{text})); }

}  // namespace

void shape::named(const char* name) {
  if (name_.empty() || name_ == "struct")
    name_ = name;
  hash_ = hash_combine(hash_, word(name));
}

bool shape::note(const char* kind, std::size_t bytes) {
  if (name_.empty())
    name_ = kind;
  hash_ = hash_combine(hash_combine(hash_, word(kind)), bytes);
  return true;
}

}  // namespace echelon::remote
