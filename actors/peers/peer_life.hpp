#pragma once

#include <functional>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "actors/peers/meetings.hpp"
#include "actors/peers/parcel_shelf.hpp"
#include "actors/peers/peer.hpp"
#include "actors/peers/peer_learner.hpp"

namespace echelon::actors {

/// One peer's way through its run, one stage after the other. A round is: where whole models merge,
/// an exchange; the round's steps, with exchanges in between as the rule says; a report.
class peer_life {
public:
  using self_pointer = peer_handle::stateful_pointer<peer_actor_state>;

  peer_life(self_pointer self, peer_surroundings& around, std::int32_t number,
            neighbour_book neighbours);

  void begin(const begin_peer& what);
  void receive(peer_parcel what);
  void receive(const parcel_wanted& what);
  void receive(const parcel_verdict& what);
  void receive(const gradient_request& what);
  void receive(const gradient_answer& what);
  void receive(const gradient_found& what);
  void receive(const join_request& what);
  void receive(const join_offer& what);
  void receive(const peer_joins& what);
  void receive(const peer_returns& what);
  void receive(const graph_coming& what);
  void receive(const graph_changed& what);
  void receive(const peer_welcome& what);
  void neighbour(index peer, bool here);
  void ended(const caf::actor_addr& who);
  void steps_fell_due();
  void patience_ended(std::int64_t wait);
  void finished(const work_done& what);

private:
  /// What neighbours are to fetch, and who has not yet.
  struct laid_out {
    peer_parcel parcel;
    std::set<index> awaited_by;
  };

  enum class stage : unsigned char {
    idle,
    joining,     ///< waits to be counted in
    working,     ///< something is being computed
    holding,     ///< waits for the word of those who come new, or of another graph
    collecting,  ///< waits for neighbours' models
    confirming,  ///< waits for words on its own
    crossing,    ///< waits for its gradients on neighbours' batches
    learning,    ///< its steps are not due yet
    over
  };

  const peering& plan() const { return *around_.context.setup->peers; }
  bool crosses() const { return plan().mixes && plan().mixes->traits().crossed; }
  nanoseconds now() const { return around_.context.loop.now(); }
  /// Of a model, and of whatever is as long.
  index numbers() const { return parameters() + around_.context.setup->model->buffer_count(); }
  index parameters() const { return around_.context.setup->model->parameter_count(); }

  /// Computes `work` apart from the actors, then goes on with `next`.
  void compute(std::function<result<void>(learning::workspace&)> work, std::function<void()> next);
  template <class Message>
  void send(index to, Message what);
  void wait_for(stage what);
  void go_on();
  void stop_holding();
  void meet_again(index peer);
  /// 0: none.
  index next_exchange() const { return now_ == stage::over ? 0 : agenda_.held() + 1; }

  void join();
  void ask_to_join(index peer);
  void settle_joining();
  void take_up_order();
  void begin_round();
  void enter(place_in_run place);
  bool may_open() const { return awaited_.empty() && !graph_coming_ && !is_unwelcome_; }
  void open_next();
  void greet();
  void open(meeting what);
  void send_offers();
  void lay_out();
  void hand_out(index to, index exchange);
  void take_back(index from, index last);
  void lose(index peer);
  void fetch();
  void send_verdicts();
  void close_exchange();
  void after_exchange();
  void after_order();
  void next_stretch();
  void ask_neighbours();
  bool crossed_in() const;
  void await_steps();
  void end_round();
  void report();
  peer_memory_ptr remember() const;
  void give_up(const error& why);
  bool test_is_due() const;
  void test(test_sums peer_report::*into, std::function<void()> next);

  self_pointer self_;
  peer_surroundings& around_;
  std::int32_t number_;
  neighbour_book neighbours_;
  peer_learner learner_;
  meetings agenda_;
  parcel_shelf shelf_;

  stage now_ = stage::idle;
  std::function<void()> next_;
  std::int64_t round_ = 0;
  index steps_left_ = 0, stretch_ = 0;
  double round_s_ = 0;  ///< that the round's learning takes
  std::vector<std::pair<index, merging::parcel>> outbox_;
  std::map<index, laid_out> offers_out_;           ///< by exchange, until they are fetched
  std::map<index, index> wanted_;                  ///< exchanges not open yet, by who asked
  std::map<index, std::optional<block>> crossed_;  ///< own gradients on neighbours' batches
  gradient_request asked_;                         ///< of all of them
  std::set<index> answered_;                       ///< who holds its point, then
  std::map<index, std::map<index, gradient_request>> requests_;  ///< the newest, by who asked
  std::map<index, std::map<index, peer_parcel>> early_;  ///< before the request they are behind
  std::int64_t waits_ = 0;
  runtime::timer_id patience_;
  nanoseconds since_{0};                      ///< when learning began
  std::optional<nanoseconds> working_since_;  ///< on a real clock: unless that is done
  nanoseconds untimed_{0};                    ///< spent on tests, which do not count
  peer_report sums_;                          ///< what the learner does not note
  std::map<index, runtime::link_count> sent_;

  std::optional<index> graph_coming_;             ///< the change that is awaited
  bool is_unwelcome_ = false;                     ///< does not know the graph yet
  bool is_new_ = false;                           ///< and has no model yet
  bool is_misled_ = false;                        ///< by who was to give it one
  std::map<index, std::optional<index>> offers_;  ///< to count this one in, by peer
  std::int32_t asks_ = 0;                         ///< of its own to be counted in
  /// By who asked: its seat and its newest ask.
  std::map<index, std::pair<caf::actor_addr, std::int32_t>> asked_by_;
  std::set<index> awaited_;                        ///< new peers that have not said from when
  std::vector<std::pair<index, bool>> newcomers_;  ///< that have; whether this is the sponsor
};

template <class Message>
void peer_life::send(index to, Message what) {
  const auto known = neighbours_->find(to);
  if (known == neighbours_->end() || !known->second)
    return;
  const runtime::message_facts facts = facts_of(what);
  sums_.bytes += facts.bytes;
  sums_.payload_bits += facts.payload_bits;
  ++sent_[to].messages;
  sent_[to].bytes += facts.bytes;
  around_.context.mail.across(peer_node(number_), peer_node(to), known->second, std::move(what));
}

}  // namespace echelon::actors
