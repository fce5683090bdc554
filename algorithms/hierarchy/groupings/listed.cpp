#include "algorithms/hierarchy/groupings/listed.hpp"

namespace echelon::hierarchy {
namespace {

std::unexpected<error> refuse(const value& at, std::string_view sentence) {
  return std::unexpected(refusal(at.where(), "hierarchy.groups", sentence));
}

/// Reads the lists beside the tree, worker by worker.
class list_reader {
public:
  explicit list_reader(const tree& shape) : shape_(shape), taken_(slot(shape.workers())) {}

  result<void> read(node_id node, const value& entry) {
    if (node.kind == role::worker)
      return read_shard(entry);
    const auto children = shape_.children(node);
    if (!entry.is_list() || entry.list().size() != children.size())
      return refuse(entry, fmt::format("{} is not a list of {} entries, as {} has children",
                                       entry.toml(), children.size(), to_string(node)));
    for (std::size_t child = 0; child < children.size(); ++child)
      ECHELON_CHECK(read(children[child], entry.list()[child]));
    return {};
  }

  seating seats() && { return std::move(seats_); }

private:
  result<void> read_shard(const value& entry) {
    if (!entry.is_integer() || entry.integer() < 0 || entry.integer() >= shape_.workers())
      return refuse(entry, fmt::format("{} is not a shard; it must be from 0 to {}", entry.toml(),
                                       shape_.workers() - 1));
    const index shard = entry.integer();
    if (taken_[slot(shard)])
      return refuse(entry,
                    fmt::format("shard {} is listed twice; each belongs to one worker", shard));
    taken_[slot(shard)] = true;
    seats_.push_back(shard);
    return {};
  }

  const tree& shape_;
  std::vector<bool> taken_;
  seating seats_;
};

}  // namespace

std::vector<parameter> listed::declared() {
  return {{.name = "lists",
           .kind = value_kind::list,
           .fallback = std::nullopt,
           .summary = "shards from 0, nested as topology.edges is",
           .required = true}};
}

result<seating> listed::seat(const tree& shape, const shard_profiles&, random_stream) const {
  list_reader reader{shape};
  ECHELON_CHECK(reader.read({role::coordinator, 0}, lists_));
  return std::move(reader).seats();
}

}  // namespace echelon::hierarchy
