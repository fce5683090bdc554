#include "experiments/run/record_reader.hpp"

#include <cmath>
#include <fstream>
#include <sstream>

#include <nlohmann/json.hpp>

#include "experiments/compare/statistics.hpp"
#include "experiments/scenario/toml_reader.hpp"

namespace echelon::experiments {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr std::size_t names_max = 100'000;  ///< different absent nodes, or different reasons

/// Reads typed members of one JSON object; remembers the first that is not what it must be.
class member_reader {
public:
  member_reader(const json& object, std::string place)
      : object_(object), place_(std::move(place)) {}

  double number(const char* key, double fallback = missing) {
    return convert(key, fallback, "a number", &json::is_number);
  }
  double required(const char* key) {
    if (!object_.contains(key))
      refuse(key, "is missing");
    return number(key, 0);
  }
  index count(const char* key) { return to_index(number(key, 0)); }
  std::optional<double> optional(const char* key) {
    const double found = number(key);
    return std::isnan(found) ? std::nullopt : std::optional{found};
  }
  std::string text(const char* key, std::string fallback = {}) {
    return convert(key, std::move(fallback), "a text", &json::is_string);
  }
  const json& list(const char* key) {
    static const json none = json::array();
    return container(key, none, "a list", &json::is_array);
  }
  const json& object(const char* key) {
    static const json none = json::object();
    return container(key, none, "an object", &json::is_object);
  }
  void refuse(std::string_view key, std::string_view sentence) {
    if (!wrong_)
      wrong_ = error{errc::bad_input, fmt::format("{}: {}: {}", place_, key, sentence)};
  }
  const std::string& place() const { return place_; }
  result<void> finish() const {
    return wrong_ ? result<void>{std::unexpected(*wrong_)} : result<void>{};
  }

  /// A count as an index; what no index can hold becomes 0.
  static index to_index(double number) {
    return number >= 0 && number < 9e15 ? static_cast<index>(number) : 0;
  }

private:
  using check = bool (json::*)() const noexcept;

  template <class T>
  T convert(const char* key, T fallback, std::string_view kind, check fits) {
    const auto found = object_.find(key);
    if (found == object_.end() || found->is_null())
      return fallback;
    if (((*found).*fits)())
      return found->template get<T>();
    refuse(key, fmt::format("is not {}", kind));
    return fallback;
  }

  const json& container(const char* key, const json& none, std::string_view kind, check fits) {
    const auto found = object_.find(key);
    if (found == object_.end() || found->is_null())
      return none;
    if (((*found).*fits)())
      return *found;
    refuse(key, fmt::format("is not {}", kind));
    return none;
  }

  const json& object_;
  std::string place_;
  std::optional<error> wrong_;
};

result<std::string> read_text(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  if (!in)
    return fail(errc::not_found, "{}: cannot be read; a run folder holds it once the run has ended",
                file.string());
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

result<json> parse_object(std::string_view text, const std::string& place) {
  json parsed = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!parsed.is_object())
    return fail(errc::bad_input, "{}: is not a JSON object", place);
  return parsed;
}

void add_members(std::map<std::string, double>& totals, const json& members) {
  for (const auto& [name, seconds] : members.items())
    if (seconds.is_number() && (totals.size() < names_max || totals.contains(name)))
      totals[name] += seconds.get<double>();
}

void add_facts(run_record& record, double round, const json& facts) {
  for (const auto& [name, number] : facts.items())
    if (number.is_number() && (record.noted.size() < names_max || record.noted.contains(name))) {
      record.noted[name].total += number.get<double>();
      ++record.noted[name].rounds;
    }
  if (!facts.contains("gradient_square") && !facts.contains("neighbour_distance"))
    return;
  probe_line& probe = record.probes.emplace_back();
  probe.round = round;
  add_members(probe.facts, facts);
}

/// Values sent, one number a sender, null where nothing came.
void add_coordinates(run_record& record, const json& sent, const json& senders) {
  record.sender_coordinates.resize(std::max(record.sender_coordinates.size(), sent.size()));
  for (std::size_t i = 0; i < sent.size(); ++i)
    if (sent[i].is_number())
      record.sender_coordinates[i] += sent[i].get<double>();
  const auto is_text = [](const json& name) { return name.is_string(); };
  if (record.sender_names.empty() && senders.size() == sent.size() &&
      std::ranges::all_of(senders, is_text))
    record.sender_names = senders.get<std::vector<std::string>>();
}

void count_name(std::map<std::string, index>& counts, const json& name) {
  if (!name.is_string())
    return;
  const auto& text = name.get_ref<const std::string&>();
  if (counts.size() < names_max || counts.contains(text))
    ++counts[text];
}

result<void> add_answers(run_record& record, member_reader& line) {
  std::vector<std::optional<double>> answers;
  for (const json& answer : line.list("answer_s"))
    answers.push_back(answer.is_number() ? std::optional{answer.get<double>()} : std::nullopt);
  std::vector<index> slow;
  for (const json& worker : line.list("slow"))
    if (worker.is_number())
      slow.push_back(member_reader::to_index(worker.get<double>()));
  if (!record.stragglers.add_round(answers, slow))
    line.refuse("answer_s", fmt::format("names {} workers, earlier rounds {}", answers.size(),
                                        record.stragglers.workers()));
  return line.finish();
}

void add_certificate(run_record& record, member_reader& certificate) {
  round_columns& columns = record.columns;
  columns.residual.push_back(certificate.number("residual"));
  columns.amplification.push_back(certificate.number("amplification"));
  columns.compression_error.push_back(certificate.number("compression_error"));
  const json& absent = certificate.list("absent");
  columns.absent.push_back(static_cast<double>(absent.size()));
  for (const json& name : absent)
    count_name(record.absences, name);
  for (const json& name : certificate.list("liars"))
    count_name(record.lies, name);
  for (const json& name : certificate.list("suspects"))
    count_name(record.suspicions, name);
  if (certificate.text("kind") == "failed")
    count_name(record.reasons, certificate.text("reason", "no reason given"));
}

result<void> add_round(run_record& record, const json& object, std::string place) {
  member_reader line{object, std::move(place)};
  round_columns& columns = record.columns;
  const double round = line.required("round");
  const double time_s = line.required("time_s");
  if (!columns.round.empty() && round <= columns.round.back())
    line.refuse("round", fmt::format("{} does not follow {}", round, columns.round.back()));
  if (!columns.time_s.empty() && time_s < columns.time_s.back())
    line.refuse("time_s", fmt::format("{} is before {}", time_s, columns.time_s.back()));
  const double before_s = columns.time_s.empty() ? 0.0 : columns.time_s.back();
  columns.round.push_back(round);
  columns.time_s.push_back(time_s);
  columns.round_s.push_back(line.number("round_s", time_s - before_s));
  columns.loss.push_back(line.number("loss"));
  columns.accuracy.push_back(line.number("accuracy"));
  columns.train_loss.push_back(line.number("train_loss"));
  columns.merged.push_back(line.number("accuracy_after_merge"));
  const double bytes_before = columns.bytes.empty() ? 0.0 : columns.bytes.back();
  columns.bytes.push_back(bytes_before + line.number("bytes_up", 0) + line.number("bytes_down", 0));
  member_reader certificate{line.object("certificate"), line.place() + ": certificate"};
  add_certificate(record, certificate);
  ECHELON_CHECK(certificate.finish());
  add_members(record.busy_s, line.object("busy_s"));
  add_members(record.idle_s, line.object("idle_s"));
  add_members(record.vectors, line.object("vectors"));
  add_facts(record, round, line.object("facts"));
  if (std::string change = line.text("graph_change"); !change.empty())
    record.graph_changes.emplace_back(round, std::move(change));
  add_coordinates(record, line.list("coordinates"), line.list("senders"));
  columns.jain.push_back(line.number("jain"));
  record.queue_max = std::max(record.queue_max, line.number("queue_max", 0));
  record.refused += line.count("refused");
  return add_answers(record, line);
}

result<void> read_metrics(run_record& record) {
  const fs::path file = record.folder / "metrics.jsonl";
  std::ifstream in{file, std::ios::binary};
  if (!in)
    return fail(errc::not_found, "{}: cannot be read; a run folder holds one line a round there",
                file.string());
  std::string text;
  for (index number = 1; std::getline(in, text); ++number) {
    const std::string place = fmt::format("{}:{}", file.string(), number);
    if (in.eof())
      return fail(errc::bad_input, "{}: the last line is torn: {} bytes without an end of line",
                  place, text.size());
    ECHELON_TRY(const json object, parse_object(text, place));
    ECHELON_CHECK(add_round(record, object, place));
  }
  return {};
}

void read_links(run_record& record, member_reader& summary) {
  for (const json& entry : summary.list("links")) {
    if (!entry.is_object())
      return summary.refuse("links", "holds something that is not an object");
    member_reader link{entry, summary.place() + ": links"};
    record.links.push_back(
        {link.text("from"), link.text("to"), link.number("messages", 0), link.number("bytes", 0)});
    if (const auto read = link.finish(); !read)
      return summary.refuse("links", "an entry has a member of the wrong type");
  }
}

void read_outcome(run_record& record, member_reader& summary) {
  record.status = summary.text("status");
  if (record.status != "done" && record.status != "failed" && record.status != "interrupted")
    summary.refuse("status", "is not done, failed or interrupted");
  record.reason = summary.text("reason");
  record.clock = summary.text("clock", "virtual");
  record.rounds = member_reader::to_index(summary.required("rounds"));
  record.time_s = summary.required("time_s");
  record.wall_s = summary.optional("wall_s");
  record.final_loss = summary.optional("final_loss");
  record.final_accuracy = summary.optional("final_accuracy");
  record.rounds_to_target = summary.optional("rounds_to_target");
  record.time_to_target_s = summary.optional("time_to_target_s");
  record.exact_rounds = summary.count("exact_rounds");
  record.approximate_rounds = summary.count("approximate_rounds");
  record.failed_rounds = summary.count("failed_rounds");
  record.residual_max = summary.optional("residual_max");
  record.amplification_max = summary.optional("amplification_max");
}

result<void> read_summary(run_record& record) {
  const fs::path file = record.folder / "summary.json";
  ECHELON_TRY(const std::string text, read_text(file));
  ECHELON_TRY(const json object, parse_object(text, file.string() + ":1"));
  member_reader summary{object, file.string() + ":1"};
  read_outcome(record, summary);
  record.bytes_up = summary.number("bytes_up", 0);
  record.bytes_down = summary.number("bytes_down", 0);
  record.payload_bits_up = summary.number("payload_bits_up", 0);
  record.messages = summary.number("messages", 0);
  member_reader parts{summary.object("parts"), summary.place() + ": parts"};
  record.parts = {parts.number("computed", 0), parts.number("used", 0), parts.number("wasted", 0)};
  ECHELON_CHECK(parts.finish());
  record.trace_hash = summary.text("trace_hash");
  record.weights_hash = summary.text("weights_hash");
  record.commit = summary.text("commit");
  record.version = summary.text("version");
  if (const auto math = object.find("math"); math != object.end())
    record.math = math->is_string() ? math->get<std::string>() : math->dump();
  if (const auto seed = object.find("seed"); seed != object.end() && seed->is_number_integer())
    record.seed = seed->get<std::uint64_t>();
  add_members(record.facts_of_run, summary.object("facts"));
  read_links(record, summary);
  return summary.finish();
}

/// The member at section.key of a scenario, or nullptr.
const value* member_at(const value& scenario, std::string_view section, std::string_view key) {
  const auto outer = scenario.table().find(section);
  if (outer == scenario.table().end() || !outer->second.is_table())
    return nullptr;
  const auto inner = outer->second.table().find(key);
  return inner == outer->second.table().end() ? nullptr : &inner->second;
}

std::string choice_of(const value& policy, std::string fallback) {
  if (!policy.is_table())
    return fallback;
  const auto kind = policy.table().find("kind");
  return kind != policy.table().end() && kind->second.is_text() ? kind->second.text() : fallback;
}

void read_facts(scenario_facts& facts, const value& scenario) {
  const auto text = [&scenario](const char* section, const char* key, std::string& into) {
    if (const value* found = member_at(scenario, section, key); found && found->is_text())
      into = found->text();
  };
  text("scenario", "name", facts.name);
  text("coding", "policy", facts.policy);
  text("compression", "policy", facts.compression);
  if (const value* ratios = member_at(scenario, "compression", "ratios"); ratios)
    facts.ratios = ratios->is_text() ? ratios->text() : choice_of(*ratios, facts.ratios);
  if (const value* periods = member_at(scenario, "hierarchy", "periods"))
    facts.periods = periods->toml();
  if (const value* kind = member_at(scenario, "topology", "kind");
      kind && *kind == value{"peers"}) {
    text("merging", "policy", facts.policy);
    facts.graph = "ring";
    if (const value* graph = member_at(scenario, "topology", "graph"))
      facts.graph = graph->is_text() ? graph->text() : choice_of(*graph, facts.graph);
  }
  text("model", "kind", facts.model);
  text("data", "source", facts.data);
  text("runtime", "world", facts.world);
  text("delays", "model", facts.delays);
  const value* target = member_at(scenario, "scenario", "target_accuracy");
  if (target && target->is_number())
    facts.target_accuracy = target->number();
}

result<void> read_settings(run_record& record) {
  const fs::path file = record.folder / "scenario.toml";
  ECHELON_TRY(record.scenario, read_text(file));
  ECHELON_TRY(const value scenario, parse_toml(record.scenario, file.string()));
  read_facts(record.facts, scenario);
  return {};
}

}  // namespace

result<run_record> read_record(const std::filesystem::path& folder) {
  run_record record;
  record.folder = folder;
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored))
    return fail(errc::not_found, "{}: is not a folder; a run folder is what echelon run writes",
                folder.string());
  ECHELON_CHECK(read_settings(record));
  ECHELON_CHECK(read_summary(record));
  ECHELON_CHECK(read_metrics(record));
  return record;
}

}  // namespace echelon::experiments
