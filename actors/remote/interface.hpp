#pragma once

#include <cstdint>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <caf/detail/type_list.hpp>
#include <caf/message.hpp>
#include <caf/replies_to.hpp>
#include <caf/type_erased_tuple.hpp>

#include "actors/remote/bounded_reader.hpp"
#include "actors/remote/gather.hpp"
#include "actors/remote/shape.hpp"
#include "algorithms/base/hash.hpp"

namespace echelon::remote {

/// The most values one message consists of; ours are one struct each.
inline constexpr std::size_t elements_max = 8;

/// How messages of one list of types are known, written and read.
struct codec {
  bool (*fits)(const caf::type_erased_tuple& what);
  bool (*write)(const caf::type_erased_tuple& what, gather& into);
  bool (*read)(bounded_reader& from, caf::message& into);
};

/// One kind of message that an actor takes, and what it answers.
struct clause {
  std::uint64_t key = 0;  ///< of names and shapes, both ways: what names it on the wire
  std::string text;       ///< "question -> answer"
  bool answers = false;   ///< with values; else an empty message says that it was handled
  codec input;
  codec output;
};

/// All that an actor takes from elsewhere. It is the list of what may be sent, of what is read at
/// all, and of nothing else.
class interface {
public:
  explicit interface(std::vector<clause> clauses) : clauses_(std::move(clauses)) {}

  const std::vector<clause>& clauses() const { return clauses_; }
  /// Null: it takes no such message.
  const clause* find(std::uint64_t key) const;
  const clause* find(const caf::type_erased_tuple& what) const;

private:
  std::vector<clause> clauses_;
};

namespace detail {

template <class... Ts, std::size_t... Positions>
codec make_codec(std::index_sequence<Positions...>) {
  static_assert(sizeof...(Ts) <= elements_max);
  return {[](const caf::type_erased_tuple& what) {
            return what.size() == sizeof...(Ts) &&
                   (what.template match_element<Ts>(Positions) && ...);
          },
          []([[maybe_unused]] const caf::type_erased_tuple& what, gather& into) {
            return into(*static_cast<const Ts*>(what.get(Positions))...);
          },
          [](bounded_reader& from, caf::message& into) {
            std::tuple<Ts...> values;
            if (!from(std::get<Positions>(values)...))
              return false;
            into = caf::make_message(std::move(std::get<Positions>(values))...);
            return true;
          }};
}

template <class... Ts>
std::pair<std::string, std::uint64_t> describe() {
  std::pair<std::string, std::uint64_t> all{"", sizeof...(Ts)};
  [[maybe_unused]] const auto add = [&all](const shape& each) {
    all.first += (all.first.empty() ? "" : ", ") + each.name();
    all.second = hash_combine(all.second, each.hash());
  };
  (add(shape::of<Ts>()), ...);
  return all;
}

template <class... Ins, class... Outs>
clause make_clause(caf::detail::type_list<Ins...>, caf::detail::type_list<Outs...>) {
  const auto [takes, takes_hash] = describe<Ins...>();
  const auto [gives, gives_hash] = describe<Outs...>();
  return {.key = hash_combine(takes_hash, gives_hash),
          .text = gives.empty() ? takes : takes + " -> " + gives,
          .answers = sizeof...(Outs) > 0,
          .input = make_codec<Ins...>(std::index_sequence_for<Ins...>{}),
          .output = make_codec<Outs...>(std::index_sequence_for<Outs...>{})};
}

template <class... Ins>
clause clause_of(caf::typed_mpi<caf::detail::type_list<Ins...>, caf::output_tuple<void>>) {
  return make_clause(caf::detail::type_list<Ins...>{}, caf::detail::type_list<>{});
}

template <class... Ins, class... Outs>
clause clause_of(caf::typed_mpi<caf::detail::type_list<Ins...>, caf::output_tuple<Outs...>>) {
  return make_clause(caf::detail::type_list<Ins...>{}, caf::detail::type_list<Outs...>{});
}

template <class... Clauses>
interface make_interface(caf::detail::type_list<Clauses...>) {
  return interface {
    { clause_of(Clauses{})... }
  };
}

}  // namespace detail

/// Of a typed handle. Does not compile where a message holds what cannot cross.
template <class Handle>
const interface& interface_of() {
  static const interface known = detail::make_interface(typename Handle::signatures{});
  return known;
}

}  // namespace echelon::remote
