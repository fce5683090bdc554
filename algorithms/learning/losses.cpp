#include "algorithms/learning/losses.hpp"

#include <algorithm>

namespace echelon::learning {
namespace {

std::size_t at(index n) { return static_cast<std::size_t>(n); }

/// A tile of the outputs: so many samples that their sums fit on the stack.
constexpr index tile = kernels::sample_padding;

/// Cross-entropy of one tile of samples, `count` of which are real.
template <class Scalar>
class cross_entropy_tile {
public:
  cross_entropy_tile(const loss_task<Scalar>& task, index first,
                     const kernels::kernel_set<Scalar>& kernels)
      : task_(task), first_(first), count_(std::min(tile, std::ssize(task.samples.rows) - first)) {
    find_largest();
    sum_exponentials(kernels);
  }

  void add_to(batch_sums& sums) const {
    for (index n = 0; n < count_; ++n) {
      const index label = label_of(n);
      // The largest exponential is 1, so that the sum is neither 0 nor infinite unless the outputs
      // are not numbers.
      const double above = static_cast<double>(largest_[n]) - static_cast<double>(output(label)[n]);
      sums.loss += sums_[n] >= 1 ? above + log_portable(sums_[n]) : sums_[n] + above;
      sums.correct += best_[n] == label ? 1 : 0;
    }
  }

  void write_gradient() const {
    for (index k = 0; k < task_.features; ++k) {
      Scalar* row = task_.gradient + k * task_.stride + first_;
      for (index n = 0; n < tile; ++n)
        row[n] = n < count_ ? static_cast<Scalar>(row[n] / static_cast<Scalar>(sums_[n]))
                            : Scalar{0};
    }
    for (index n = 0; n < count_; ++n)
      task_.gradient[label_of(n) * task_.stride + first_ + n] -= 1;
  }

private:
  const Scalar* output(index k) const { return task_.output + k * task_.stride + first_; }
  index label_of(index n) const {
    return task_.samples.data->labels[at(task_.samples.rows[at(first_ + n)])];
  }

  void find_largest() {
    std::copy_n(output(0), tile, largest_);
    for (index k = 1; k < task_.features; ++k)
      for (index n = 0; n < tile; ++n)
        if (output(k)[n] > largest_[n]) {
          largest_[n] = output(k)[n];
          best_[n] = k;
        }
  }

  /// Leaves the exponentials where the gradient will be.
  void sum_exponentials(const kernels::kernel_set<Scalar>& kernels) {
    alignas(64) Scalar row[tile];
    for (index k = 0; k < task_.features; ++k) {
      for (index n = 0; n < tile; ++n)
        row[n] = output(k)[n] - largest_[n];
      Scalar* exponentials = task_.gradient != nullptr ? task_.gradient + k * task_.stride + first_
                                                       : row;
      kernels.exponential(row, exponentials, tile);
      for (index n = 0; n < tile; ++n)
        sums_[n] += static_cast<double>(exponentials[n]);
    }
  }

  const loss_task<Scalar>& task_;
  index first_, count_;
  Scalar largest_[tile];
  index best_[tile] = {};
  double sums_[tile] = {};
};

template <class Scalar>
batch_sums cross_entropy(const loss_task<Scalar>& task,
                         const kernels::kernel_set<Scalar>& kernels) {
  batch_sums sums;
  for (index first = 0; first < task.stride; first += tile) {
    const cross_entropy_tile<Scalar> samples{task, first, kernels};
    samples.add_to(sums);
    if (task.gradient != nullptr)
      samples.write_gradient();
  }
  return sums;
}

/// The target of one output: the sample's own, or its label as a unit vector.
double target_of(const dataset& data, index row, index feature) {
  return data.classes == 0 ? static_cast<double>(data.targets[at(row)])
                           : static_cast<double>(data.labels[at(row)] == feature);
}

template <class Scalar>
batch_sums squared(const loss_task<Scalar>& task) {
  const dataset& data = *task.samples.data;
  batch_sums sums;
  for (index n = 0; n < task.stride; ++n) {
    const bool real = n < std::ssize(task.samples.rows);
    index best = 0;
    for (index k = 0; k < task.features; ++k) {
      const index place = k * task.stride + n;
      const double off = real ? static_cast<double>(task.output[place]) -
                                    target_of(data, task.samples.rows[at(n)], k)
                              : 0.0;
      sums.loss += 0.5 * off * off;
      if (task.gradient != nullptr)
        task.gradient[place] = static_cast<Scalar>(off);
      if (task.output[place] > task.output[best * task.stride + n])
        best = k;
    }
    if (real && data.classes > 0)
      sums.correct += best == data.labels[at(task.samples.rows[at(n)])] ? 1 : 0;
  }
  return sums;
}

}  // namespace

template <class Scalar>
batch_sums apply_loss(loss_kind loss, const loss_task<Scalar>& task,
                      const kernels::kernel_set<Scalar>& kernels) {
  batch_sums sums = loss == loss_kind::squared ? squared(task)
                                               : cross_entropy<Scalar>(task, kernels);
  sums.samples = std::ssize(task.samples.rows);
  return sums;
}

template batch_sums apply_loss<float>(loss_kind, const loss_task<float>&,
                                      const kernels::kernel_set<float>&);
template batch_sums apply_loss<double>(loss_kind, const loss_task<double>&,
                                       const kernels::kernel_set<double>&);

}  // namespace echelon::learning
