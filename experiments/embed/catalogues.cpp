#include "experiments/embed/catalogues.hpp"

#include <algorithm>

#include "experiments/scenario/schema.hpp"

namespace echelon::embed {
namespace {

using experiments::section_schema;

result<void> check_section(const section_schema& section) {
  for (const policy_card& card : section.policies) {
    if (std::ranges::count(section.policies, card.name, &policy_card::name) > 1)
      return fail(errc::bad_input, "{}: two policies are called \"{}\"; one needs another name",
                  section.axis(), card.name);
    for (const parameter& own : card.parameters)
      if (section.find_key(own.name) != nullptr)
        return fail(errc::bad_input,
                    "{}: \"{}\" declares the parameter {}, which is a key of [{}] itself; it needs "
                    "another name",
                    section.axis(), card.name, own.name, section.name);
  }
  return {};
}

}  // namespace

result<void> check_names(const experiments::policy_catalogues& policies) {
  for (const section_schema& section : experiments::make_schema(policies).sections)
    ECHELON_CHECK(check_section(section));
  return {};
}

}  // namespace echelon::embed
