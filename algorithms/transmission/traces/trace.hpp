#pragma once

#include <iosfwd>
#include <map>
#include <span>
#include <string_view>
#include <vector>

#include "algorithms/transmission/delay_model.hpp"

namespace echelon::transmission {

/// Times that were measured: a CSV file with the header node,round,compute_s[,link_s].
///
/// `node` is "worker/3", "edge/0" or a bare worker number; rounds of a node follow each other by
/// one, and start over when they run out. compute_s is for one part, link_s for one message either
/// way. Every worker must have rows; an edge without any has a link that takes no time. A node
/// counts as slow in a round in which it took more than twice its median. Errors: "FILE:LINE: ..."
/// for the first row that is malformed.
class trace final : public delay_model {
public:
  static constexpr std::string_view name = "trace";
  static constexpr std::string_view summary = "times read from a CSV file, over and over";
  static constexpr std::string_view source = "Echelon";
  static std::vector<parameter> declared();
  static result<trace> make(const parameters& given, const delay_context& context);
  /// From text that is already open; `file` names it in errors.
  static result<trace> read(std::istream& text, std::string_view file,
                            const delay_context& context);

  seconds compute(node_id worker, index round, double parts, index task = 0) const override;
  seconds link(node_id node, index round, direction way) const override;
  bool slow(node_id node, index round) const override;

private:
  struct times {
    double compute_s = 0;
    double link_s = 0;
    double total() const { return compute_s + link_s; }
  };
  struct history {
    std::vector<times> rounds;
    index last_round = 0;
    double median_s = 0;
  };

  result<void> add(std::span<const std::string_view> cells, const delay_context& context);
  static double median(std::span<const times> rounds);
  /// nullptr for a node without rows.
  const times* at(node_id node, index round) const;

  std::map<node_id, history> nodes_;
};

}  // namespace echelon::transmission
