#include "actors/peers/monitor.hpp"

namespace echelon::actors {
namespace {

void finish(monitor_desk& desk, run_status status, std::optional<error> reason = {}) {
  if (!std::exchange(desk.over, true))
    desk.hooks.finished({status, std::move(reason)});
}

/// Writes down where the run stands behind its last complete round.
bool save(monitor_desk& desk) {
  if (!desk.hooks.save)
    return true;
  checkpoint mark;
  mark.so_far = desk.book.summary();
  mark.clock = to_nanoseconds(seconds{mark.so_far.time_s});
  mark.peers = to_bytes(desk.book.memories());
  const auto saved = desk.hooks.save(mark);
  if (!saved)
    finish(desk, run_status::failed, saved.error());
  return saved.has_value();
}

void tell(monitor_desk& desk, const training_setup& setup,
          const std::vector<round_record>& rounds) {
  bool due = false;
  for (const round_record& round : rounds) {
    if (desk.over)
      return;
    desk.hooks.observer->on_round(round);
    const bool late = setup.time_limit && round.time_s >= setup.time_limit->count();
    if (round.round == setup.rounds || late)
      finish(desk, run_status::done);
    due = due || (setup.checkpoint_every > 0 && round.round % setup.checkpoint_every == 0);
  }
  if (due && !desk.over)
    save(desk);
}

void post(monitor_desk& desk) {
  for (const graph_switch::letter& letter : desk.graphs.take_letters())
    if (const auto peer = desk.hearers.find(letter.to); peer != desk.hearers.end())
      std::visit([&](const auto& word) { caf::anon_send(peer->second, word); }, letter.word);
}

/// What the books say of the graph, and what the switch has settled since.
void mind_graph(monitor_desk& desk) {
  if (desk.over || !desk.setup->peers->reweigh)
    return;
  if (const auto links = desk.book.take_repair(); !links.empty())
    desk.graphs.add(links);
  if (const auto settled = desk.graphs.take_settled())
    desk.book.note_change(*settled);
  post(desk);
}

}  // namespace

monitor_handle::behavior_type monitor(monitor_handle::stateful_pointer<monitor_state> self,
                                      std::shared_ptr<monitor_desk> desk) {
  self->state.desk = desk;
  const auto setup = desk->setup;
  const auto lose = [desk, setup](std::int32_t peer) {
    desk->graphs.lose(peer);
    tell(*desk, *setup, desk->book.lose(peer));
    mind_graph(*desk);
    if (desk->book.empty())
      finish(*desk, run_status::failed, error{errc::unreachable, "no peer is left"});
  };
  self->set_down_handler([desk, lose](const caf::down_msg& what) {
    for (const auto& [peer, address] : desk->peers)
      if (address == what.source)
        return lose(peer);
  });
  return {
      [desk, setup](const peer_report& what) {
        tell(*desk, *setup, desk->book.add(what));
        mind_graph(*desk);
      },
      [desk](const peer_failed& what) {
        finish(*desk, run_status::failed,
               error{errc::diverged, fmt::format("round {}: {}", what.round, what.reason)});
      },
      [self, desk](const peer_came& what) {
        if (what.peer < 0 || what.peer >= desk->setup->peers->peers())
          return;
        desk->book.regain(what.peer, what.round);
        if (const auto here = desk->peers.find(what.peer); here != desk->peers.end())
          self->monitor(here->second);
        desk->graphs.welcome(what.peer);
        mind_graph(*desk);
      },
      [desk](const graph_answer& what) {
        desk->graphs.answered(what);
        mind_graph(*desk);
      },
      [self, desk](const begin_run&) {
        if (desk->book.over())
          finish(*desk, run_status::done);
        for (const auto& [peer, address] : desk->peers)
          self->monitor(address);
      },
      [desk](const interrupt_run&) {
        if (!desk->over && save(*desk))
          finish(*desk, run_status::interrupted, error{errc::interrupted, "stopped on request"});
      },
      [lose](const peer_gone& what) { lose(what.peer); },
  };
}

}  // namespace echelon::actors
