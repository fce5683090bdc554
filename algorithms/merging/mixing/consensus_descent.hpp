#pragma once

#include "algorithms/merging/mixing/mixing_rule.hpp"

namespace echelon::merging {

/// What combines first shares: the step waits in slot 0 until the neighbours are mixed in, so that
/// messages can travel while the gradient is computed.
class combine_first_rule : public mixing_rule {
public:
  void combine(peer_state& state, double self, std::span<const arrival> arrived) const override;

protected:
  static constexpr std::size_t pending_slot = 0;

  static void postpone(peer_state& state, const local_step& step,
                       std::initializer_list<sum_term> direction);
};

/// CDSGD, also known as D-PSGD: x_i = sum_j pi_ij x_j - rate g_i(x_i); with order = "adapt-first",
/// x_i = sum_j pi_ij (x_j - rate g_j). Cost: one model a message.
class cdsgd final : public combine_first_rule {
public:
  static constexpr std::string_view name = "cdsgd";
  static constexpr std::string_view
      summary = "consensus SGD (D-PSGD): mixes neighbours and steps, in either order";
  static constexpr std::string_view
      source = "Jiang et al. 2017, arXiv:1706.07880; Lian et al. 2017, arXiv:1705.09056";
  static std::vector<parameter> declared();
  static result<cdsgd> make(const parameters& given);

  mixing_traits traits() const override { return {.slots = adapt_first_ ? 0 : 1}; }
  void adapt(peer_state& state, const local_step& step) const override;
  void combine(peer_state& state, double self, std::span<const arrival> arrived) const override;

private:
  explicit cdsgd(bool adapt_first) : adapt_first_(adapt_first) {}

  bool adapt_first_;
};

/// CDMSGD in its Nesterov form: v = mu v + g; x_i = sum_j pi_ij x_j - rate (g_i + mu v_i).
class cdmsgd : public combine_first_rule {
public:
  static constexpr std::string_view name = "cdmsgd";
  static constexpr std::string_view summary = "consensus SGD with Nesterov momentum";
  static constexpr std::string_view source = "Jiang et al. 2017, arXiv:1706.07880";
  static std::vector<parameter> declared();
  static result<cdmsgd> make(const parameters& given);

  mixing_traits traits() const override { return {.slots = 2}; }
  void adapt(peer_state& state, const local_step& step) const override;

protected:
  explicit cdmsgd(double momentum) : momentum_(momentum) {}

private:
  double momentum_;
};

/// LD-SGD: in turn some steps alone and some of CDSGD. With one mixed step, local SGD.
class ld_sgd final : public combine_first_rule {
public:
  static constexpr std::string_view name = "ld-sgd";
  static constexpr std::string_view
      summary = "some steps alone, then some of consensus SGD, in turn";
  static constexpr std::string_view source = "Li et al. 2019, arXiv:1910.09126";
  static std::vector<parameter> declared();
  static result<ld_sgd> make(const parameters& given);

  mixing_traits traits() const override { return {.slots = 1}; }
  bool mixes(index step, random_stream& draws) const override;
  void adapt(peer_state& state, const local_step& step) const override;

private:
  ld_sgd(index alone, index mixed) : alone_(alone), mixed_(mixed) {}

  index alone_, mixed_;
};

}  // namespace echelon::merging
