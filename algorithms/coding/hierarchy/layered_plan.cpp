#include "algorithms/coding/hierarchy/layered_plan.hpp"

#include <algorithm>

#include <fmt/ranges.h>

#include "algorithms/base/contract.hpp"
#include "algorithms/coding/hierarchy/coding_nodes.hpp"
#include "algorithms/coding/hierarchy/selected_senders.hpp"
#include "algorithms/coding/uncoded.hpp"

namespace echelon::coding {
namespace {

using std::string_view_literals::operator""sv;

/// Groups of replicas are far better on average; so much more load is worth it (specification 3.1).
constexpr double group_load_max = 1.15;

/// Layers may use a short name; any other is the catalogue's.
std::string_view catalogue_name(std::string_view layer) {
  return layer == "frc" ? "fractional-repetition" : layer;
}

/// Codes by name and shape: edges of one size share one.
class code_store {
public:
  explicit code_store(const code_catalogue& known) : known_(known) {}

  /// Refuses a layer's name that is none.
  result<void> check_name(std::string_view name) const {
    if (known_.find(catalogue_name(name)) != nullptr)
      return {};
    std::vector<std::string> names = known_.names();
    names.emplace_back("frc");
    return fail(errc::bad_input, "coding.layers: \"{}\" is not known{}", name,
                suggestion(name, names));
  }

  result<gradient_code_ptr> make(std::string_view name, const code_shape& shape) {
    for (const made& before : made_)
      if (before.name == name && before.shape == shape)
        return before.code;
    ECHELON_TRY(gradient_code_ptr code, known_.make(name, value_table{}, "coding", shape));
    made_.push_back({std::string{name}, shape, code});
    return code;
  }

private:
  struct made {
    std::string name;
    code_shape shape;
    gradient_code_ptr code;
  };

  const code_catalogue& known_;
  std::vector<made> made_;
};

/// Makes a plan layer by layer, from the root down.
class layer_planner {
public:
  layer_planner(const tree& topology, const code_catalogue& known,
                const std::vector<coding_node>& nodes, index parts)
      : topology_(topology), nodes_(nodes), store_(known), held_(nodes.size()) {
    plan_.parts = parts;
    plan_.work.resize(slot(topology.workers()));
    plan_.edge_codes.resize(slot(topology.edges()));
    plan_.edge_parts.resize(slot(topology.edges()));
    for (index part = 0; part < parts; ++part)
      held_.front().push_back({part, 1.0});
  }

  /// `name` is empty where the layer's code is to be chosen.
  result<void> add_layer(index layer, std::string_view name) {
    const std::string chosen = name.empty() ? choose(layer) : std::string{name};
    ECHELON_CHECK(store_.check_name(chosen));
    for (const std::size_t place : places(layer)) {
      ECHELON_TRY(const gradient_code_ptr code, make(place, chosen));
      ECHELON_CHECK(check_layer(*code, chosen, layer));
      install(place, code);
    }
    plan_.layers.push_back(chosen);
    return {};
  }

  work_plan finish() {
    // An edge without work has nothing to wait for, and nothing to say.
    for (std::size_t place = 1; place < nodes_.size(); ++place)
      if (held_[place].empty())
        plan_.edge_codes[place - 1] = std::make_shared<uncoded>(
            std::vector<index>(topology_.children(nodes_[place].node).size() + 1));
    return std::move(plan_);
  }

private:
  bool last(index layer) const { return layer == topology_.depth() - 1; }

  /// The nodes of a layer that got any parts.
  std::vector<std::size_t> places(index layer) const {
    std::vector<std::size_t> found;
    for (std::size_t place = 0; place < nodes_.size(); ++place)
      if (nodes_[place].layer == layer && !held_[place].empty())
        found.push_back(place);
    return found;
  }

  /// The code of a node; what it refuses is told under the key that is meant.
  result<gradient_code_ptr> make(std::size_t place, std::string_view name) {
    const coding_node& each = nodes_[place];
    auto code = store_.make(catalogue_name(name), each.shape(std::ssize(held_[place])));
    if (code)
      return code;
    error wrong = std::move(code).error();
    const std::string_view tolerance = last(each.layer) ? "coding.worker_stragglers: "
                                                        : "coding.edge_stragglers: ";
    for (const auto& [told, meant] : {std::pair{"coding.stragglers: "sv, tolerance},
                                      std::pair{"coding.parts: "sv, "coding.parts: "sv}})
      if (wrong.detail.starts_with(told))
        wrong.detail = fmt::format("{}\"{}\" at {}: {}", meant, name, to_string(each.node),
                                   std::string_view{wrong.detail}.substr(told.size()));
    return std::unexpected(std::move(wrong));
  }

  /// The groups of replicas, if no node of the layer has a better way.
  std::string choose(index layer) {
    const auto nodes = places(layer);
    if (std::ranges::all_of(nodes, [this](auto place) { return nodes_[place].stragglers == 0; }))
      return "uncoded";
    for (const std::size_t place : nodes) {
      const auto groups = make(place, "frc");
      if (!groups || load(place, **groups) > group_load_max * load_of_runs(place))
        return "polynomial";
    }
    return "frc";
  }

  double load(std::size_t place, const gradient_code& code) const {
    double most = 0;
    for (index child = 0; child < code.shape().senders; ++child)
      most = std::max(most, static_cast<double>(std::ssize(code.work(child))) /
                                nodes_[place].capacities[slot(child)]);
    return most;
  }

  double load_of_runs(std::size_t place) const {
    const coding_node& each = nodes_[place];
    const auto shares = runs(each, std::ssize(held_[place]));
    double most = 0;
    for (std::size_t child = 0; child < shares.size(); ++child)
      most = std::max(most, static_cast<double>(shares[child]) / each.capacities[child]);
    return most;
  }

  /// Only the lowest layer hears from workers, who have the gradients of single parts.
  result<void> check_layer(const gradient_code& code, std::string_view name, index layer) const {
    if (!last(layer) && (code.streams() || code.holds() || code.frame() != message_frame{}))
      return fail(
          errc::not_supported,
          "coding.layers: \"{}\" needs senders that have the gradients of single parts; only "
          "the last layer has those, this one must be \"polynomial\" or \"frc\"",
          name);
    if (code.updates())
      return fail(
          errc::not_supported,
          "coding.layers: \"{}\" trains without rounds, which every layer needs; it must be "
          "\"polynomial\" or \"frc\"",
          name);
    return {};
  }

  void install(std::size_t place, gradient_code_ptr code) {
    const coding_node& each = nodes_[place];
    const auto children = topology_.children(each.node);
    for (std::size_t sender = 0; sender < each.busy.size(); ++sender)
      hand_down(children[slot(each.busy[sender])],
                composed(code->work(static_cast<index>(sender)), held_[place]));
    if (each.busy.size() < children.size())
      code = std::make_shared<selected_senders>(std::move(code), each.busy, std::ssize(children));
    if (place == 0)
      plan_.root_code = std::move(code);
    else
      plan_.edge_codes[place - 1] = std::move(code);
  }

  /// A row of a node's code in terms of all parts, with the coefficients of the layers above.
  static std::vector<coded_part> composed(std::span<const coded_part> row,
                                          const std::vector<coded_part>& held) {
    std::vector<coded_part> all;
    for (coded_part entry : row) {
      const coded_part& above = held[slot(entry.part)];
      entry.part = above.part;
      entry.coefficient *= above.coefficient;
      for (double& factor : entry.mix)
        factor *= above.coefficient;
      all.push_back(std::move(entry));
    }
    return all;
  }

  void hand_down(node_id child, std::vector<coded_part> row) {
    if (child.kind == role::worker) {
      plan_.work[slot(child.number)] = std::move(row);
      return;
    }
    plan_.edge_parts[slot(child.number)] = row;
    held_[slot(child.number) + 1] = std::move(row);
  }

  const tree& topology_;
  const std::vector<coding_node>& nodes_;
  code_store store_;
  /// By node: its code's parts in terms of all parts.
  std::vector<std::vector<coded_part>> held_;
  work_plan plan_;
};

}  // namespace

result<work_plan> plan_layers(const tree& topology, const code_catalogue& known,
                              const plan_choice& choice) {
  const index layers = topology.depth();
  if (!choice.layers.empty() && std::ssize(choice.layers) != layers)
    return fail(errc::bad_input,
                "coding.layers: {} codes for {} layers; it must name one for each, root first",
                choice.layers.size(), layers);
  ECHELON_TRY(const std::vector<coding_node> nodes, coding_nodes(topology, choice));
  const index parts = choice.parts > 0 ? choice.parts : default_parts(topology, nodes);
  if (!enough_parts(topology, nodes, parts))
    return fail(
        errc::bad_input,
        "coding.parts: {} parts leave some workers without work; it must be more, such as {}",
        parts, default_parts(topology, nodes));
  layer_planner planner{topology, known, nodes, parts};
  for (index layer = 0; layer < layers; ++layer)
    ECHELON_CHECK(planner.add_layer(layer, choice.layers.empty() ? std::string_view{}
                                                                 : choice.layers[slot(layer)]));
  return planner.finish();
}

}  // namespace echelon::coding
