#include "tools/proxy/schedule.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>

namespace echelon::proxy {
namespace {

struct fault_word {
  std::string_view name;
  fault what;
  bool has_value;
};

constexpr std::array words{
    fault_word{"latency", fault::latency, true},       fault_word{"jitter", fault::jitter, true},
    fault_word{"bandwidth", fault::bandwidth, true},   fault_word{"loss", fault::loss, true},
    fault_word{"slow-close", fault::slow_close, true}, fault_word{"cut", fault::cut, false},
    fault_word{"refuse", fault::refuse, false},        fault_word{"reset", fault::reset, false},
    fault_word{"corrupt", fault::corrupt, true},       fault_word{"abandon", fault::abandon, false},
};

/// The words of one line, taken one by one.
class line_reader {
public:
  explicit line_reader(std::string_view line) : rest_(line.substr(0, line.find('#'))) { skip(); }

  bool at_end() const { return rest_.empty(); }
  std::string_view word() {
    const std::string_view next = rest_.substr(0, rest_.find_first_of(" \t\r"));
    rest_.remove_prefix(next.size());
    skip();
    return next;
  }
  bool took(std::string_view expected) {
    line_reader ahead = *this;
    if (ahead.word() != expected)
      return false;
    *this = ahead;
    return true;
  }
  std::optional<double> number(double most) {
    const std::string_view text = word();
    double read = 0;
    const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), read);
    const bool good = wrong == std::errc{} && end == text.data() + text.size() && read >= 0 &&
                      read <= most;
    return good ? std::optional{read} : std::nullopt;
  }

private:
  void skip() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r"), rest_.size())); }

  std::string_view rest_;
};

constexpr double seconds_most = 1e6;
constexpr double values_most = 1e12;
constexpr double routes_most = 1e4;

std::optional<episode> parse_line(line_reader line) {
  episode read;
  const auto begins = line.number(seconds_most), lasts = line.number(seconds_most);
  const std::string_view name = line.word();
  const auto word = std::ranges::find(words, name, &fault_word::name);
  if (!begins || !lasts || word == words.end())
    return std::nullopt;
  read.begins = to_nanoseconds(seconds{*begins});
  read.ends = to_nanoseconds(seconds{*begins + *lasts});
  read.what = word->what;
  if (word->has_value) {
    const auto value = line.number(word->what == fault::loss ? 0.99 : values_most);
    if (!value)
      return std::nullopt;
    read.value = *value;
  }
  if (line.took("forth"))
    read.only = way::forth;
  else if (line.took("back"))
    read.only = way::back;
  if (line.took("at")) {
    const auto route = line.number(routes_most);
    if (!route || std::trunc(*route) != *route)
      return std::nullopt;
    read.route = static_cast<std::size_t>(*route);
  }
  return line.at_end() ? std::optional{read} : std::nullopt;
}

void add(net::direction_faults& to, const episode& one) {
  const auto time = [&] { return to_nanoseconds(seconds{std::min(one.value, seconds_most)}); };
  switch (one.what) {
    case fault::latency: to.latency += time(); break;
    case fault::jitter: to.jitter += time(); break;
    case fault::bandwidth: to.bytes_per_s = one.value; break;
    case fault::loss: to.loss = one.value; break;
    case fault::slow_close: to.close_delay = time(); break;
    case fault::cut: to.outages.push_back({one.begins, one.ends}); break;
    case fault::refuse:
    case fault::reset:
    case fault::corrupt:
    case fault::abandon: break;  // they befall streams, not bytes
  }
}

}  // namespace

result<std::vector<episode>> parse_schedule(std::string_view text, std::string_view file) {
  std::vector<episode> all;
  for (int number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line_reader{line}.at_end())
      continue;
    const auto read = parse_line(line_reader{line});
    if (!read)
      return fail(errc::bad_input,
                  "{}:{}: \"{}\" is not BEGINS_S LASTS_S FAULT [VALUE] [forth|back] [at ROUTE]",
                  file, number, line);
    all.push_back(*read);
  }
  return all;
}

net::direction_faults faults_at(const std::vector<episode>& schedule, nanoseconds moment,
                                std::size_t route, way direction) {
  net::direction_faults all;
  for (const episode& one : schedule)
    if (one.lasts_at(moment) && one.concerns(route, direction))
      add(all, one);
  return all;
}

}  // namespace echelon::proxy
