#pragma once

#include <string>

#include "algorithms/learning/data_source.hpp"

namespace echelon::learning {

/// Images and labels in IDX files, plain or gzip: MNIST, Fashion-MNIST, EMNIST.
/// Shapes: 1 x rows x columns, values 0 ... 255 as written (EMNIST's images lie transposed in its
/// files). Errors: name the file and the offset; a missing folder or pair is not_found. Source: the
/// file format section of LeCun, Cortes, Burges, "The MNIST database".
class idx final : public data_source {
public:
  static constexpr std::string_view name = "idx";
  static constexpr std::string_view summary =
      "a folder of *-images-idx3-ubyte[.gz] with *-labels-idx1-ubyte[.gz]: MNIST and its kin";
  static constexpr std::string_view source = "LeCun, Cortes, Burges 1998";
  static std::vector<parameter> declared();
  static result<idx> make(const parameters& given);

  result<loaded_data> load() const override;

private:
  idx(std::string folder, std::string prefix, index classes)
      : folder_(std::move(folder)), prefix_(std::move(prefix)), classes_(classes) {}

  std::string folder_;
  std::string prefix_;
  index classes_;  ///< 0: one more than the largest label
};

}  // namespace echelon::learning
