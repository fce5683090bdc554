#include "experiments/embed/settings.hpp"

#include <memory>
#include <string>
#include <utility>

#include "experiments/embed/catalogues.hpp"
#include "experiments/scenario/schema.hpp"
#include "experiments/scenario/setting.hpp"
#include "experiments/scenario/toml_reader.hpp"

namespace echelon::embed {
namespace {

/// The value and all in it were written there.
value& mark(value& what, const origin& where) {
  if (what.is_table())
    for (auto& [key, member] : what.table())
      mark(member, where);
  return what.written_at(where);
}

}  // namespace

result<settings> settings::from(const result<value>& read) {
  if (!read)
    return std::unexpected(read.error());
  result<settings> made;
  made->given_ = *read;
  return made;
}

result<settings> settings::from_file(const std::filesystem::path& file) {
  return from(experiments::read_scenario(file.string()));
}

result<settings> settings::from_text(std::string_view toml, std::string_view source) {
  return from(experiments::parse_toml(toml, source));
}

settings& settings::set(std::string_view path, value what, std::source_location where) {
  const origin place{
      std::make_shared<const std::string>(std::filesystem::path{where.file_name()}.filename()),
      static_cast<int>(where.line())};
  mark(what, place);
  if (auto done = experiments::set_value(given_, path, std::move(what)); !done && !refused_)
    refused_ = error{done.error().code, place.text() + ": " + done.error().detail};
  return *this;
}

result<experiments::scenario>
settings::resolve(const experiments::policy_catalogues& policies) const {
  if (refused_)
    return std::unexpected(*refused_);
  ECHELON_CHECK(check_names(policies));
  return experiments::scenario::resolve(given_, experiments::make_schema(policies));
}

}  // namespace echelon::embed
