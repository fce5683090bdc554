#include "algorithms/coding/planning/plan_draws.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <numeric>
#include <set>

#include "algorithms/base/contract.hpp"

namespace echelon::coding::planning {
namespace {

constexpr std::uint64_t draw_seed = 1;

/// What the coordinator knows after many rounds.
std::vector<sender_history> histories(const planned_cluster& known) {
  constexpr index rounds = 100;
  std::vector<sender_history> found;
  for (const node_delays& worker : known.workers) {
    const double link_s = typical_s(worker, 0);
    const double part_s = typical_s(worker, 1) - link_s;
    const double random_s = part_s - worker.law.compute_shift_s;
    found.push_back({.rounds = rounds,
                     .part_s = part_s,
                     .part_variance = random_s * random_s,
                     .link_s = link_s,
                     .slow_probability = worker.law.slow_probability});
  }
  return found;
}

/// One round of a plan with the times that were drawn for it.
class drawn_round {
public:
  drawn_round(const planned_cluster& known, const work_plan& plan, const round_outlook& outlook,
              std::uint64_t number)
      : known_(known), plan_(plan), outlook_(outlook), workers_(known.workers.size()) {
    draw(number);
    open();
  }

  /// Parts the busiest worker has computed.
  index busiest() const {
    index most = 0;
    for (const worker_state& own : workers_)
      most = std::max(most, std::ssize(own.has));
    return most;
  }

  /// Seconds until the root can decode.
  result<double> run() {
    for (;;) {
      for (decoder& each : decoders_)
        settle(each);
      if (decoders_.front().round->decodable())
        return now_s_;
      if (!step())
        return fail(errc::too_many_stragglers,
                    "{}: a drawn round without any loss could not be decoded", plan_.policy);
    }
  }

private:
  /// Whoever decodes: the coordinator first, then the edges that do not relay.
  struct decoder {
    node_id node;
    std::unique_ptr<code_round> round;
    gradient_code_ptr code;
    double begin_s = 0;
    bool done = false;
  };
  struct worker_state {
    node_round times;
    std::size_t decoder = 0;  ///< its place among the decoders
    index sender = 0;         ///< its number there
    double start_s = 0;       ///< when it has the model
    double up_s = 0;          ///< its answer's way to the decoder
    std::deque<order> tasks;
    std::set<index> has;
    std::optional<index> computing;
    std::optional<index> first_task;
    index attempt = 0;
  };
  /// A worker's part is done, or an answer arrives at a decoder.
  struct event {
    std::size_t to = 0;
    index sender = 0;
    index task = 0;
    index attempt = 0;
    bool answer = false;
  };

  void draw(std::uint64_t number) {
    for (std::size_t worker = 0; worker < workers_.size(); ++worker) {
      random_stream random{draw_seed, "plan.worker", worker, number};
      workers_[worker].times = draw_worker(known_.workers[worker], random);
    }
    for (std::size_t edge = 0; edge < known_.edges.size(); ++edge) {
      random_stream random{draw_seed, "plan.edge", edge, number};
      edges_.push_back(draw_edge(known_.edges[edge], random));
    }
  }

  void open() {
    add_decoder({role::coordinator, 0}, plan_.root_code, 0);
    for (std::int32_t edge = 0; edge < known_.topology.edges(); ++edge)
      if (plan_.edge_codes[slot(edge)])
        add_decoder({role::edge, edge}, plan_.edge_codes[slot(edge)], down_s({role::edge, edge}));
    for (std::size_t place = 0; place < decoders_.size(); ++place)
      admit_workers(place);
    for (std::size_t worker = 0; worker < workers_.size(); ++worker)
      begin(worker);
  }

  node_id parent_of(std::size_t worker) const {
    return known_.topology.parent({role::worker, static_cast<std::int32_t>(worker)});
  }
  /// The model's way from the root to an edge.
  double down_s(node_id node) const {
    double way_s = 0;
    for (; node.kind == role::edge; node = known_.topology.parent(node))
      way_s += edges_[slot(node.number)].link_down_s;
    return way_s;
  }
  /// The way of a message from one edge to another above it, or to the root.
  double up_s(node_id node, node_id last) const {
    double way_s = 0;
    for (; node != last; node = known_.topology.parent(node))
      way_s += edges_[slot(node.number)].link_up_s + known_.edges[slot(node.number)].transfer_s;
    return way_s;
  }

  void add_decoder(node_id node, const gradient_code_ptr& code, double begin_s) {
    place_[node] = decoders_.size();
    const bool root = node.kind == role::coordinator;
    const bool of_workers = code->shape().senders == std::ssize(known_.workers);
    const round_outlook outlook{.history = of_workers ? outlook_.history
                                                      : std::span<const sender_history>{},
                                .chosen = root ? outlook_.chosen : std::span<const double>{}};
    decoders_.push_back({node, code->open(outlook), code, begin_s});
  }

  /// The workers whose answers this decoder gets, in the order of its senders.
  void admit_workers(std::size_t place) {
    const node_id node = decoders_[place].node;
    const bool all = plan_.relayed() || known_.topology.is_star();
    index sender = 0;
    for (const node_id child : known_.topology.children(node)) {
      if (child.kind == role::worker)
        admit(slot(child.number), place, sender);
      else if (all)
        for (const index worker : known_.topology.workers_below(child))
          admit(slot(worker), place, worker);
      ++sender;
    }
  }

  void admit(std::size_t worker, std::size_t place, index sender) {
    worker_state& own = workers_[worker];
    own.decoder = place;
    own.sender = sender;
    own.up_s = own.times.link_up_s + known_.workers[worker].transfer_s +
               up_s(parent_of(worker), decoders_[place].node);
    own.start_s = down_s(parent_of(worker)) + own.times.link_down_s;
    senders_[{place, sender}] = worker;
  }

  void begin(std::size_t worker) {
    worker_state& own = workers_[worker];
    const auto row = decoders_[own.decoder].code->work(own.sender);
    if (row.empty())
      return;
    own.tasks.push_back({own.sender, 0, {row.begin(), row.end()}});
    if (decoders_[own.decoder].code->streams() || decoders_[own.decoder].code->holds())
      return go_on(worker);
    // Nobody asks for single parts: one event is enough.
    const double load = static_cast<double>(row.size());
    events_.emplace(own.start_s + load * own.times.part_s + own.up_s,
                    event{own.decoder, own.sender, 0, 0, true});
    own.tasks.clear();
    for (const coded_part& entry : row)
      own.has.insert(entry.part);
  }

  bool complete(const worker_state& own, const order& task) const {
    return std::ranges::all_of(
        task.parts, [&own](const coded_part& entry) { return own.has.contains(entry.part); });
  }

  /// Answers every task that is complete, and starts the next part of the oldest that is not.
  void go_on(std::size_t worker) {
    worker_state& own = workers_[worker];
    const double from_s = std::max(now_s_, own.start_s);
    const bool holds = decoders_[own.decoder].code->holds();
    std::erase_if(own.tasks, [&](const order& task) {
      if (!complete(own, task))
        return false;
      if (task.task != 0 || !holds)
        events_.emplace(from_s + own.up_s, event{own.decoder, own.sender, task.task, 0, true});
      return task.task != 0 || !holds;
    });
    if (own.computing)
      return;
    for (const order& task : own.tasks)
      if (!complete(own, task))
        return start_part(worker, task, from_s);
  }

  void start_part(std::size_t worker, const order& task, double from_s) {
    worker_state& own = workers_[worker];
    own.computing = std::ranges::find_if(task.parts, [&own](const coded_part& entry) {
                      return !own.has.contains(entry.part);
                    })->part;
    // Every task has a pace of its own.
    own.first_task = own.first_task.value_or(task.task);
    const bool first = *own.first_task == task.task;
    const double part_s = first ? own.times.part_s : own.times.further_part_s;
    events_.emplace(from_s + part_s, event{worker, own.sender, task.task, own.attempt, false});
  }

  /// Passes on what a decoder orders, and what it has decoded.
  void settle(decoder& each) {
    const auto place = static_cast<std::size_t>(&each - decoders_.data());
    for (order& asked : each.round->take_orders()) {
      const auto found = senders_.find({place, asked.sender});
      if (found == senders_.end())
        continue;
      worker_state& own = workers_[found->second];
      if (asked.instead)
        give_up(own, asked.parts);
      own.tasks.push_back(std::move(asked));
      go_on(found->second);
    }
    if (place == 0 || each.done || !each.round->decodable())
      return;
    each.done = true;
    const node_id parent = known_.topology.parent(each.node);
    const auto siblings = known_.topology.children(parent);
    const auto position = std::ranges::find(siblings, each.node) - siblings.begin();
    events_.emplace(now_s_ + up_s(each.node, parent),
                    event{place_.at(parent), position, 0, 0, true});
  }

  void give_up(worker_state& own, std::span<const coded_part> needed) {
    own.tasks.clear();
    if (std::ranges::any_of(
            needed, [&own](const coded_part& entry) { return entry.part == own.computing; }))
      return;
    own.computing.reset();
    ++own.attempt;
  }

  /// Does the next thing that happens; false when there is none.
  bool step() {
    std::size_t waking = decoders_.size();
    double wake_s = events_.empty() ? std::numeric_limits<double>::infinity()
                                    : events_.begin()->first;
    for (std::size_t place = 0; place < decoders_.size(); ++place)
      if (const auto asked = decoders_[place].round->wake_s();
          asked && !decoders_[place].done && decoders_[place].begin_s + *asked < wake_s) {
        waking = place;
        wake_s = decoders_[place].begin_s + *asked;
      }
    if (waking < decoders_.size()) {
      now_s_ = std::max(now_s_, wake_s);
      decoders_[waking].round->woken(now_s_ - decoders_[waking].begin_s);
      return true;
    }
    if (events_.empty())
      return false;
    const auto next = events_.extract(events_.begin());
    now_s_ = next.key();
    happen(next.mapped());
    return true;
  }

  void happen(const event& next) {
    if (next.answer) {
      decoder& each = decoders_[next.to];
      if (!each.done)
        each.round->answered(next.sender, next.task, now_s_ - each.begin_s);
      return;
    }
    worker_state& own = workers_[next.to];
    if (next.attempt != own.attempt || !own.computing)
      return;
    own.has.insert(*std::exchange(own.computing, std::nullopt));
    decoder& each = decoders_[own.decoder];
    const auto task = std::ranges::find(own.tasks, next.task, &order::task);
    if (each.code->streams() && task != own.tasks.end() && !each.done) {
      const auto missing = std::ranges::find_if(
          task->parts, [&own](const coded_part& entry) { return !own.has.contains(entry.part); });
      each.round->progressed(own.sender, next.task, missing - task->parts.begin(),
                             now_s_ - each.begin_s);
    }
    go_on(next.to);
  }

  const planned_cluster& known_;
  const work_plan& plan_;
  const round_outlook& outlook_;
  std::vector<worker_state> workers_;
  std::vector<node_round> edges_;
  std::vector<decoder> decoders_;
  std::map<node_id, std::size_t> place_;
  std::map<std::pair<std::size_t, index>, std::size_t> senders_;
  std::multimap<double, event> events_;
  double now_s_ = 0;
};

}  // namespace

result<drawn_prediction> predict_by_draws(const planned_cluster& known, const work_plan& plan,
                                          index draws) {
  expects(draws > 0);
  const auto history = histories(known);
  round_outlook outlook{.history = history};
  std::vector<double> chosen;
  if (plan.root_code->shape().senders == std::ssize(history))
    chosen = plan.root_code->choose(outlook);
  outlook.chosen = chosen;
  std::vector<double> times;
  drawn_prediction found;
  for (index number = 0; number < draws; ++number) {
    drawn_round drawn{known, plan, outlook, static_cast<std::uint64_t>(number)};
    ECHELON_TRY(const double time_s, drawn.run());
    times.push_back(time_s);
    found.load_parts += static_cast<double>(drawn.busiest()) / static_cast<double>(draws);
  }
  std::ranges::sort(times);
  found.time.mean_s = std::accumulate(times.begin(), times.end(), 0.0) / static_cast<double>(draws);
  found.time.p95_s = times[slot((draws - 1) * 95 / 100)];
  return found;
}

}  // namespace echelon::coding::planning
