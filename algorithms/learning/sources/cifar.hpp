#pragma once

#include <string>

#include "algorithms/learning/data_source.hpp"

namespace echelon::learning {

/// A folder of CIFAR-10's binary version: data_batch_*.bin to train, test_batch.bin to test where
/// it is there. Shapes: 3 x 32 x 32, values 0 ... 255 as written. Errors: name the file and the
/// offset: a size that is not whole records, a label out of range. Source: Krizhevsky, "Learning
/// Multiple Layers of Features from Tiny Images", 2009.
class cifar10 final : public data_source {
public:
  static constexpr std::string_view name = "cifar10";
  static constexpr std::string_view summary = "a folder of data_batch_*.bin and test_batch.bin";
  static constexpr std::string_view source = "Krizhevsky 2009";
  static std::vector<parameter> declared();
  static result<cifar10> make(const parameters& given);

  result<loaded_data> load() const override;

private:
  explicit cifar10(std::string folder) : folder_(std::move(folder)) {}

  std::string folder_;
};

/// A folder of CIFAR-100's binary version: train.bin, and test.bin where it is there. Otherwise as
/// cifar10.
class cifar100 final : public data_source {
public:
  static constexpr std::string_view name = "cifar100";
  static constexpr std::string_view summary = "a folder of train.bin and test.bin";
  static constexpr std::string_view source = "Krizhevsky 2009";
  static std::vector<parameter> declared();
  static result<cifar100> make(const parameters& given);

  result<loaded_data> load() const override;

private:
  cifar100(std::string folder, bool coarse) : folder_(std::move(folder)), coarse_(coarse) {}

  std::string folder_;
  bool coarse_;  ///< 20 classes of classes instead of 100
};

}  // namespace echelon::learning
