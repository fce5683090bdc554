#include "actors/remote/wire_error.hpp"

#include <algorithm>
#include <cctype>

#include <caf/atom.hpp>
#include <caf/exit_reason.hpp>
#include <caf/make_message.hpp>
#include <caf/message.hpp>
#include <caf/sec.hpp>

namespace echelon::remote {
namespace {

std::string text_of(const caf::message& context) {
  if (context.empty())
    return {};
  if (context.match_elements<std::string>())
    return context.get_as<std::string>(0);
  return to_string(context);
}

bool is_category(const std::string& name) {
  return !name.empty() && name.size() <= 10 && std::ranges::all_of(name, [](unsigned char letter) {
    return std::isalnum(letter) != 0 || letter == '-' || letter == '_';
  });
}

}  // namespace

wire_error to_wire(const caf::error& what) {
  if (!what)
    return {};
  std::string text = text_of(what.context());
  text.resize(std::min(text.size(), error_text_max));
  return {what.code(), to_string(what.category()), std::move(text)};
}

caf::error from_wire(const wire_error& what) {
  std::string text = what.text.substr(0, error_text_max);
  if (!is_category(what.category) || what.code == 0)
    return caf::make_error(caf::sec::runtime_error, std::move(text));
  caf::message context = text.empty() ? caf::message{} : caf::make_message(std::move(text));
  return {what.code, caf::atom_from_string(what.category), std::move(context)};
}

}  // namespace echelon::remote
