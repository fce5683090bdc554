#include "algorithms/coding/plan_words.hpp"

#include <charconv>
#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

namespace echelon::coding {

std::string word_reader::word() {
  std::string next;
  text_ >> next;
  good_ = good_ && !next.empty();
  return next;
}

index word_reader::whole(index most) {
  const std::string next = word();
  index number = 0;
  const auto [end, failed] = std::from_chars(next.data(), next.data() + next.size(), number);
  good_ = good_ && failed == std::errc{} && end == next.data() + next.size() && number >= 0 &&
          number <= most;
  return good_ ? number : 0;
}

double word_reader::number() {
  const std::string next = word();
  char* end = nullptr;
  const double read = std::strtod(next.c_str(), &end);
  good_ = good_ && end == next.c_str() + next.size() && std::isfinite(read) && read >= 0;
  return good_ ? read : 0;
}

std::vector<index> word_reader::list(index length_max, index most) {
  std::vector<index> read(slot(whole(length_max)));
  for (index& entry : read)
    entry = whole(most);
  return read;
}

void append(std::string& words, double number) { words += fmt::format("{:a} ", number); }

void append(std::string& words, const std::vector<index>& list) {
  words += fmt::format("{} ", list.size());
  for (const index number : list)
    words += fmt::format("{} ", number);
}

void append(std::string& words, const plan_choice& choice) {
  words += fmt::format("{} {} {} {} ", choice.policy, choice.parts, choice.stragglers,
                       choice.layers.size());
  for (const std::string& layer : choice.layers)
    words += layer + ' ';
  append(words, choice.edge_stragglers);
  append(words, choice.worker_stragglers);
  append(words, choice.idle_workers);
}

plan_choice read_choice(word_reader& from, const tree& topology, index parts) {
  const index workers = topology.workers();
  plan_choice choice;
  choice.policy = from.word();
  choice.parts = from.whole(parts);
  choice.stragglers = from.whole(workers);
  choice.layers.resize(slot(from.whole(topology.depth())));
  for (std::string& layer : choice.layers)
    layer = from.word();
  choice.edge_stragglers = from.list(topology.depth(), workers);
  choice.worker_stragglers = from.list(workers, workers);
  choice.idle_workers = from.list(workers, workers);
  return choice;
}

}  // namespace echelon::coding
