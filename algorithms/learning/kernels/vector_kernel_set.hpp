#pragma once

#include "algorithms/learning/kernels/vector_convolution.hpp"
#include "algorithms/learning/kernels/vector_functions.hpp"
#include "algorithms/learning/kernels/vector_pool.hpp"
#include "algorithms/learning/kernels/vector_product.hpp"
#include "algorithms/learning/kernels/vector_scans.hpp"

namespace echelon::learning::kernels {
namespace {

/// All kernels for the vector length of the including file.
template <class Scalar>
class vector_kernel_set final : public kernel_set<Scalar> {
public:
  void multiply(const product<Scalar>& task) const override { multiply_blocked(task); }
  void convolve(const tap_run<Scalar>& task) const override { convolve_run(task); }
  void correlate(const tap_gradient<Scalar>& task) const override { correlate_runs(task); }
  void find_largest(const pool_run<Scalar>& run, const Scalar* in, Scalar* out,
                    Scalar* winner) const override {
    find_largest_run(run, in, out, winner);
  }
  void return_to_largest(const pool_run<Scalar>& run, const Scalar* out, const Scalar* winner,
                         Scalar* in) const override {
    return_to_largest_run(run, out, winner, in);
  }
  void rectify(const Scalar* x, Scalar* y, index count) const override { rectify_all(x, y, count); }
  void rectify_back(const Scalar* y, const Scalar* up, Scalar* down, index count) const override {
    rectify_back_all(y, up, down, count);
  }
  Scalar sum(const Scalar* x, index count) const override { return sum_of(x, count); }
  void exponential(const Scalar* x, Scalar* y, index count) const override {
    apply<Scalar, exp_of<Scalar>>(x, y, count);
  }
  void hyperbolic_tangent(const Scalar* x, Scalar* y, index count) const override {
    apply<Scalar, tanh_of<Scalar>>(x, y, count);
  }
  void logistic(const Scalar* x, Scalar* y, index count) const override {
    apply<Scalar, logistic_of<Scalar>>(x, y, count);
  }
  bool raise(const Scalar* row, Scalar number, Scalar* best, Scalar* winner,
             index count) const override {
    return raise_all(row, number, best, winner, count);
  }
  largest_two<Scalar> find_two_largest(const Scalar* row, const Scalar* price,
                                       index count) const override {
    return find_two_largest_of(row, price, count);
  }
  Scalar shorten(const Scalar* row, const Scalar* price, Scalar base, Scalar number,
                 Scalar* distance, Scalar* from, index count) const override {
    return shorten_all(row, price, base, number, distance, from, count);
  }
};

}  // namespace
}  // namespace echelon::learning::kernels
