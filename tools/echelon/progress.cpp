#include "tools/echelon/progress.hpp"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace echelon {
namespace {

constexpr std::chrono::milliseconds redraw_every{100};
constexpr std::size_t names_max = 3;

std::size_t terminal_columns() {
  winsize size{};
  const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 80;
}

/// Who kept the round waiting: those drawn slow, or where nothing is known of that, those who did
/// not answer.
std::vector<node_id> late_nodes(const actors::round_record& round) {
  if (round.slow.empty())
    return round.worth.absent;
  std::vector<node_id> slow;
  for (const index worker : round.slow)
    slow.push_back({role::worker, static_cast<std::int32_t>(worker)});
  return slow;
}

std::string span_text(double span_s) {
  if (span_s < 1)
    return fmt::format("{:.3g} ms", span_s * 1e3);
  return span_s < 100 ? fmt::format("{:.3g} s", span_s) : fmt::format("{:.0f} s", span_s);
}

}  // namespace

std::string some_names(const std::vector<node_id>& nodes) {
  std::string text;
  for (std::size_t i = 0; i < std::min(nodes.size(), names_max); ++i)
    text += (i == 0 ? "" : ", ") + to_string(nodes[i]);
  if (nodes.size() > names_max)
    text += fmt::format(" and {} more", nodes.size() - names_max);
  return text;
}

progress::progress(index rounds, bool quiet)
    : rounds_(rounds), quiet_(quiet), terminal_(isatty(STDERR_FILENO) == 1), began_(clock::now()) {}

progress::~progress() {
  if (drawn_)
    fmt::print(stderr, "\n");
}

void progress::on_round(const actors::round_record& round) {
  if (quiet_)
    return;
  if (first_round_ == 0) {
    first_round_ = round.round;
    began_ = clock::now();
  }
  if (round.loss)
    loss_ = round.loss;
  if (round.accuracy)
    accuracy_ = round.accuracy;
  const bool last = round.round == rounds_;
  if (terminal_) {
    if (last || !drawn_ || clock::now() - drawn_at_ >= redraw_every)
      draw(line(round));
    return;
  }
  const index tenths = 10 * round.round / rounds_;
  if (last || tenths > printed_tenths_)
    fmt::print(stderr, "{}\n", line(round));
  printed_tenths_ = tenths;
}

std::string progress::line(const actors::round_record& round) const {
  std::string text = fmt::format("round {}/{}", round.round, rounds_);
  if (loss_)
    text += fmt::format("  loss {:.4g}", *loss_);
  if (accuracy_)
    text += fmt::format("  accuracy {:.2f} %", 100 * *accuracy_);
  text += fmt::format("  {} a round", span_text(round.time_s / static_cast<double>(round.round)));
  text += left(round.round);
  if (const std::string late = some_names(late_nodes(round)); !late.empty())
    text += "  late: " + late;
  return text;
}

/// How long it will go on, by the real clock.
std::string progress::left(index round) const {
  const index done = round - first_round_;
  if (done == 0 || round == rounds_)
    return {};
  const double spent_s = std::chrono::duration<double>(clock::now() - began_).count();
  const double left_s = spent_s / static_cast<double>(done) * static_cast<double>(rounds_ - round);
  return left_s < 100 ? fmt::format("  {:.0f} s left", left_s)
                      : fmt::format("  {:.0f} min left", left_s / 60);
}

void progress::draw(const std::string& text) {
  // Erase to the end of the line: the one before may have been longer.
  fmt::print(stderr, "\r{}\x1b[K", text.substr(0, terminal_columns() - 1));
  std::fflush(stderr);
  drawn_ = true;
  drawn_at_ = clock::now();
}

}  // namespace echelon
