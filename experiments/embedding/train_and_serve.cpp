// A TCP service that trains while it serves: one thread, one io_context, parts on a compute pool.
//   train_and_serve [PORT [ROUNDS]]; then, line by line over the socket:
//   status       the latest round, and what it is worth
//   predict N    what the model says of test sample N right now, and what it is
//   stop         ends the training, and the service

#include <cstdio>
#include <cstdlib>
#include <string>

#include <asio.hpp>
#include <fmt/core.h>

#include "experiments/embed/embed.hpp"

namespace {

using namespace echelon;
using asio::ip::tcp;
using echelon::index;  // ::index of <strings.h> is a function

struct service {
  asio::io_context io{1};
  tcp::acceptor door{io};
  asio::cancellation_signal stop;
  embed::session training;
  std::string status = "preparing";
};

std::string words(const actors::round_record& round) {
  const bool exact = round.worth.kind == actors::certificate::outcome::exact;
  return fmt::format("round {}: {}, {} workers absent, accuracy {:.3f}", round.round,
                     exact ? "exact" : "not exact", round.worth.absent.size(),
                     round.accuracy.value_or(0));
}

asio::awaitable<void> train(service& at, int rounds) {
  const experiments::policy_catalogues policies;
  const auto scenario = embed::settings{}
                            .set("scenario.rounds", rounds)
                            .set("runtime.world", "local")
                            .set("model", value_table{{"kind", "mlp"}, {"hidden", value_list{64}}})
                            .set("topology.workers", 4)
                            .set("coding.policy", "fractional-repetition")
                            .set("coding.stragglers", 1)
                            .resolve(policies);
  if (!scenario)
    co_return void(at.status = scenario.error().detail);
  embed::session_options options;
  options.on_round = [&at](const actors::round_record& round) { at.status = words(round); };
  auto opened = co_await embed::session::open(*scenario, policies, options);
  if (!opened)
    co_return void(at.status = opened.error().detail);
  at.training = *std::move(opened);
  const auto outcome = co_await at.training.run();  // cancelled: returns when nothing is left
  at.status += outcome ? "; done" : "; " + outcome.error().detail;
}

std::string predict(const service& at, index sample) {
  if (at.training.weights().empty())
    return "not trained yet";
  const learning::dataset& test = *at.training.setup().data.test;
  if (sample < 0 || sample >= test.count)
    return fmt::format("there are samples 0 to {}", test.count - 1);
  const index guess = embed::predict(*at.training.setup().model, at.training.weights(), test,
                                     sample);
  return fmt::format("{} is {}", guess, test.labels[static_cast<std::size_t>(sample)]);
}

std::string answer(service& at, const std::string& line) {
  if (line == "status")
    return at.status;
  if (line.starts_with("predict "))
    return predict(at, std::atol(line.c_str() + 8));
  if (line != "stop")
    return "status, predict N, or stop";
  at.stop.emit(asio::cancellation_type::terminal);
  at.door.close();
  return "stopping";
}

asio::awaitable<void> talk(service& at, tcp::socket peer) {
  std::string text;
  while (at.door.is_open()) {
    const std::size_t length = co_await asio::async_read_until(
        peer, asio::dynamic_buffer(text, 1024), '\n', asio::use_awaitable);
    const std::string reply = answer(at, text.substr(0, length - 1)) + "\n";
    text.erase(0, length);
    co_await asio::async_write(peer, asio::buffer(reply), asio::use_awaitable);
  }
}

asio::awaitable<void> listen(service& at) {
  for (;;) {
    tcp::socket peer = co_await at.door.async_accept(asio::use_awaitable);
    asio::co_spawn(at.io, talk(at, std::move(peer)), asio::detached);
  }
}

}  // namespace

int main(int count, char** arguments) {
  service at;
  const auto port = static_cast<asio::ip::port_type>(count > 1 ? std::atoi(arguments[1]) : 0);
  at.door = tcp::acceptor{at.io, {asio::ip::address_v4::loopback(), port}};
  std::printf("listening on 127.0.0.1:%d\n", at.door.local_endpoint().port());
  std::fflush(stdout);
  const int rounds = count > 2 ? std::atoi(arguments[2]) : 100;
  asio::co_spawn(at.io, train(at, rounds),
                 asio::bind_cancellation_slot(at.stop.slot(), asio::detached));
  asio::co_spawn(at.io, listen(at), asio::detached);
  at.io.run();
  std::printf("%s\n", at.status.c_str());
}
