#pragma once

#include <concepts>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "algorithms/base/contract.hpp"
#include "algorithms/base/parameters.hpp"

namespace echelon {

/// What `echelon list` shows of a policy, whatever its axis.
struct policy_card {
  std::string name;     ///< part of file and wire formats: change the meaning, change the name
  std::string summary;  ///< one line
  std::string source;   ///< paper, or "Echelon"
  std::vector<parameter> parameters;
};

/// All policies of one axis, by name: an ordinary value, so that an embedder adds his own to a
/// copy. `Context` is what an instance needs besides its parameters, such as the shape of a code.
template <class Interface, class... Context>
class catalogue {
public:
  using policy_ptr = std::shared_ptr<const Interface>;
  struct entry {
    policy_card card;
    std::function<result<policy_ptr>(const parameters&, Context...)> make;
  };

  catalogue(std::string axis, std::vector<entry> entries)
      : axis_(std::move(axis)), entries_(std::move(entries)) {}

  const std::string& axis() const { return axis_; }
  const std::vector<entry>& entries() const { return entries_; }
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const entry& candidate : entries_)
      all.push_back(candidate.card.name);
    return all;
  }

  /// A name that is taken already is a bug of the caller.
  void add(entry added) {
    expects(find(added.card.name) == nullptr);
    entries_.push_back(std::move(added));
  }

  /// nullptr when there is none of that name.
  const entry* find(std::string_view name) const {
    for (const entry& candidate : entries_)
      if (candidate.card.name == name)
        return &candidate;
    return nullptr;
  }

  /// Makes a policy from settings that may leave out whatever has a default.
  result<policy_ptr> make(std::string_view name, const value& settings, std::string_view section,
                          Context... context) const {
    const entry* found = find(name);
    if (found == nullptr)
      return fail(errc::bad_input, "{} \"{}\" is not known{}", axis_, name,
                  suggestion(name, names()));
    ECHELON_TRY(const parameters resolved,
                parameters::resolve(settings, found->card.parameters, section));
    return found->make(resolved, context...);
  }

private:
  std::string axis_;
  std::vector<entry> entries_;
};

/// The one line a policy needs in its catalogue. Policy declares: static name, summary, source
/// (string_view), static std::vector<parameter> declared(), and static make(const parameters&,
/// Context...) that returns result<Policy> or result<shared_ptr>.
template <class Policy, class Interface, class... Context>
typename catalogue<Interface, Context...>::entry policy_entry() {
  return {
      {std::string{Policy::name}, std::string{Policy::summary}, std::string{Policy::source},
       Policy::declared()},
      [](const parameters& given, Context... context) -> result<std::shared_ptr<const Interface>> {
        ECHELON_TRY(auto made, Policy::make(given, context...));
        if constexpr (std::convertible_to<decltype(made), std::shared_ptr<const Interface>>)
          return made;
        else
          return std::make_shared<const Policy>(std::move(made));
      }};
}

}  // namespace echelon
