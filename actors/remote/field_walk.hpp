#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <caf/actor_addr.hpp>
#include <caf/actor_control_block.hpp>
#include <caf/error.hpp>
#include <caf/is_actor_handle.hpp>
#include <caf/message.hpp>
#include <caf/meta/annotation.hpp>
#include <caf/meta/type_name.hpp>

#include "algorithms/base/blob.hpp"
#include "algorithms/base/block.hpp"

namespace echelon::remote {

/// What must never cross a machine's border: actors (messages name them by role and number), and
/// CAF's own containers of anything.
template <class T>
inline constexpr bool stays_here = caf::is_actor_handle<T>::value ||
                                   std::is_same_v<T, caf::strong_actor_ptr> ||
                                   std::is_same_v<T, caf::weak_actor_ptr> ||
                                   std::is_same_v<T, caf::actor_addr> ||
                                   std::is_same_v<T, caf::message> || std::is_same_v<T, caf::error>;

template <class T>
inline constexpr bool is_large = std::is_same_v<T, block> || std::is_same_v<T, blob>;

/// Visits the fields of messages through their `inspect`, in the way of a CAF inspector, and hands
/// each to `Derived` by kind: number, text, large, items (a sequence), maybe (an optional), and
/// enter and leave round a struct. Everything is decided at compile time: a field of another kind
/// does not compile. An enum needs `bool is_known(E)` beside it.
template <class Derived>
class field_walk {
public:
  using result_type = bool;  ///< false: stop

  template <class... Fields>
  bool operator()(Fields&&... fields) {
    return (visit(const_cast<std::remove_cvref_t<Fields>&>(fields)) && ...);
  }

protected:
  template <class T>
  bool visit(T& field) {
    static_assert(!stays_here<T>, "actors do not cross the wire: name them by role and number");
    if constexpr (std::is_base_of_v<caf::meta::annotation, T>)
      return annotate(field);
    else if constexpr (std::is_same_v<T, bool>)
      return self().truth(field);
    else if constexpr (std::is_arithmetic_v<T>)
      return self().number(field);
    else if constexpr (std::is_enum_v<T>)
      return enumerator(field);
    else if constexpr (std::is_same_v<T, std::string>)
      return self().text(field);
    else if constexpr (is_large<T>)
      return self().large(field);
    else
      return compound(field);
  }

private:
  Derived& self() { return static_cast<Derived&>(*this); }

  template <class T>
  bool annotate(T& annotation) {
    if constexpr (std::is_same_v<T, caf::meta::type_name_t>)
      self().named(annotation.value);
    return true;
  }

  template <class E>
  bool enumerator(E& field) {
    auto value = static_cast<std::underlying_type_t<E>>(field);
    if (!self().number(value))
      return false;
    field = static_cast<E>(value);
    return is_known(field) || self().refuse("a value that its enum does not have");
  }

  template <class Rep, class Period>
  bool compound(std::chrono::duration<Rep, Period>& field) {
    Rep count = field.count();
    const bool well = self().number(count);
    field = std::chrono::duration<Rep, Period>{count};
    return well;
  }

  template <class T>
  bool compound(std::vector<T>& field) {
    static_assert(!std::is_empty_v<T>, "a sequence of nothing costs time and no bytes");
    return self().items(field);
  }

  template <class T>
  bool compound(std::optional<T>& field) {
    return self().maybe(field);
  }

  template <class T, std::size_t Size>
  bool compound(std::array<T, Size>& field) {
    for (T& item : field)
      if (!visit(item))
        return false;
    return true;
  }

  template <class First, class Second>
  bool compound(std::pair<First, Second>& field) {
    return visit(field.first) && visit(field.second);
  }

  template <class T>
  bool compound(T& field) {
    if (!self().enter())
      return false;
    const bool well = inspect(self(), field);
    self().leave();
    return well;
  }
};

}  // namespace echelon::remote
