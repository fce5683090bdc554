#pragma once

#include "algorithms/merging/topologies/mixing_weights.hpp"

namespace echelon::merging {

/// 1 / (1 + the larger number of links at either end); needs the neighbours' degrees alone. On
/// undirected graphs symmetric and doubly stochastic; a ring's are 1/3 each. On a directed graph
/// the sender's receivers and the receiver's senders count, which is doubly stochastic where all
/// have equally many.
class metropolis_hastings final : public mixing_weights {
public:
  static constexpr std::string_view name = "metropolis-hastings";
  static constexpr std::string_view summary = "1 / (1 + the larger degree at either end)";
  static constexpr std::string_view source = "Xiao, Boyd, Kim 2007";
  static std::vector<parameter> declared() { return {}; }
  static result<metropolis_hastings> make(const parameters&) { return metropolis_hastings{}; }

  result<std::vector<matrix>> weigh(const topology& graphs) const override;
};

/// The weights the graphs state where they do, else Metropolis-Hastings.
class automatic_weights final : public mixing_weights {
public:
  static constexpr std::string_view name = "auto";
  static constexpr std::string_view
      summary = "what the graph states (base, file), else metropolis-hastings";
  static constexpr std::string_view source = "Echelon";
  static std::vector<parameter> declared() { return {}; }
  static result<automatic_weights> make(const parameters&) { return automatic_weights{}; }

  result<std::vector<matrix>> weigh(const topology& graphs) const override;
};

/// Every sender splits evenly between itself and all that hear it. Doubly stochastic where all have
/// equally many links; elsewhere fit for push-sum alone.
class uniform_weights final : public mixing_weights {
public:
  static constexpr std::string_view name = "uniform";
  static constexpr std::string_view summary = "every sender splits evenly between all that hear it";
  static constexpr std::string_view source = "Kempe, Dobra, Gehrke 2003";
  static std::vector<parameter> declared() { return {}; }
  static result<uniform_weights> make(const parameters&) { return uniform_weights{}; }

  result<std::vector<matrix>> weigh(const topology& graphs) const override;
};

/// Halfway between Metropolis-Hastings and no mixing, so that no eigenvalue is negative.
class lazy_weights final : public mixing_weights {
public:
  static constexpr std::string_view name = "lazy";
  static constexpr std::string_view
      summary = "(I + metropolis-hastings) / 2: no negative eigenvalue";
  static constexpr std::string_view source = "lazy random walk";
  static std::vector<parameter> declared() { return {}; }
  static result<lazy_weights> make(const parameters&) { return lazy_weights{}; }

  result<std::vector<matrix>> weigh(const topology& graphs) const override;
};

/// Those the graph itself states.
class stated_weights final : public mixing_weights {
public:
  static constexpr std::string_view name = "file";
  static constexpr std::string_view summary = "those the graph itself states, as a file does by pi";
  static constexpr std::string_view source = "Echelon";
  static std::vector<parameter> declared() { return {}; }
  static result<stated_weights> make(const parameters&) { return stated_weights{}; }

  result<std::vector<matrix>> weigh(const topology& graphs) const override;
};

}  // namespace echelon::merging
