#include "algorithms/merging/topologies/files/graph_file.hpp"

#include <cmath>
#include <fstream>

#include <nlohmann/json.hpp>

namespace echelon::merging {
namespace {

using nlohmann::json;

result<matrix> read_matrix(const json& held, std::string_view file, std::string_view key,
                           index peers) {
  const auto wrong = [&] {
    return fail(errc::bad_input, "{}: {} is not a matrix of {} rows and columns of numbers", file,
                key, peers);
  };
  if (!held.is_array() || std::ssize(held) != peers)
    return wrong();
  matrix read{peers, peers};
  for (index row = 0; row < peers; ++row) {
    const json& cells = held[slot(row)];
    if (!cells.is_array() || std::ssize(cells) != peers)
      return wrong();
    for (index column = 0; column < peers; ++column) {
      if (!cells[slot(column)].is_number())
        return wrong();
      read(row, column) = cells[slot(column)].get<double>();
    }
  }
  return read;
}

}  // namespace

std::vector<parameter> graph_file::declared() {
  return {{.name = "path",
           .kind = value_kind::text,
           .fallback = std::nullopt,
           .summary = "a JSON file with connectivity and, if it states weights, pi",
           .required = true}};
}

result<topology_ptr> graph_file::make(const parameters& given, const topology_context& context) {
  const std::string& path = given.text("path");
  std::ifstream file{path};
  if (!file)
    return given.refuse("path", "{} cannot be opened; it must be {}", path,
                        declared().front().summary);
  return read(file, path, context.peers);
}

result<topology_ptr> graph_file::read(std::istream& text, std::string_view file, index peers) {
  const json held = json::parse(text, nullptr, false);
  if (!held.is_object() || !held.contains("connectivity"))
    return fail(errc::bad_input, "{}: is no JSON object with the matrix connectivity", file);
  ECHELON_TRY(const matrix hears, read_matrix(held["connectivity"], file, "connectivity", peers));
  peer_graph graph{peers};
  for (index to = 0; to < peers; ++to)
    for (index from = 0; from < peers; ++from)
      if (from != to && hears(to, from) != 0)
        graph.add({from, to});
  topology made{{std::move(graph)}};
  if (held.contains("pi")) {
    ECHELON_TRY(matrix weights, read_matrix(held["pi"], file, "pi", peers));
    made.stated_weights = {std::move(weights)};
  }
  return std::make_shared<const topology>(std::move(made));
}

}  // namespace echelon::merging
