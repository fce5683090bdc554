#include "experiments/scenario/value_json.hpp"

namespace echelon::experiments {

using json = nlohmann::ordered_json;

json to_json(const value& converted) {
  struct converter {
    json operator()(bool flag) const { return flag; }
    json operator()(std::int64_t integer) const { return integer; }
    json operator()(double number) const { return number; }
    json operator()(const std::string& text) const { return text; }
    json operator()(const value_list& items) const {
      json list = json::array();
      for (const value& item : items)
        list.push_back(to_json(item));
      return list;
    }
    json operator()(const value_table& members) const {
      json table = json::object();
      for (const auto& [key, member] : members)
        table[key] = to_json(member);
      return table;
    }
  };
  return std::visit(converter{}, converted.data());
}

std::string json_text(const json& written, int indent) {
  return written.dump(indent, ' ', false, json::error_handler_t::replace);
}

}  // namespace echelon::experiments
