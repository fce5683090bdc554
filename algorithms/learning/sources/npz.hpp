#pragma once

#include <string>

#include "algorithms/learning/data_source.hpp"

namespace echelon::learning {

/// Arrays that numpy.savez or savez_compressed wrote: features "x" (or "X", "x_train"), labels "y"
/// (or "Y", "y_train"), and a test set where "x_test" and "y_test" are there. Shapes of x: count x
/// width, count x height x width (images), count x channels x height x width (images; layout
/// "channels-last" for count x height x width x channels). y: count, whole numbers from 0; with
/// task "regression" any finite numbers. Errors: name the file, the array and the offset in it.
class npz final : public data_source {
public:
  static constexpr std::string_view name = "npz";
  static constexpr std::string_view summary = "numpy arrays x and y, stored or compressed";
  static constexpr std::string_view source = "numpy.lib.format";
  static std::vector<parameter> declared();
  static result<npz> make(const parameters& given);

  result<loaded_data> load() const override;

private:
  npz(std::string path, bool regression, bool channels_last)
      : path_(std::move(path)), regression_(regression), channels_last_(channels_last) {}

  std::string path_;
  bool regression_;
  bool channels_last_;
};

}  // namespace echelon::learning
