#pragma once

#include <string>

#include "algorithms/learning/data_source.hpp"

namespace echelon::learning {

/// Sparse rows "label index:value index:value ... # comment", plain or gzip, indices from 1 and
/// rising. Shapes: 1 x 1 x (the largest index, or `features`); what is not written is 0, and all of
/// it is stored. Errors: "FILE:LINE: ..."; data so sparse that storing the zeros would take a
/// thousand times the file. Source: Chang, Lin, "LIBSVM", ACM TIST 2011, README.
class libsvm final : public data_source {
public:
  static constexpr std::string_view name = "libsvm";
  static constexpr std::string_view summary = "sparse rows \"label index:value ...\", plain or .gz";
  static constexpr std::string_view source = "Chang, Lin, ACM TIST 2011";
  static std::vector<parameter> declared();
  static result<libsvm> make(const parameters& given);

  result<loaded_data> load() const override;

private:
  libsvm(std::string path, index features, bool regression)
      : path_(std::move(path)), features_(features), regression_(regression) {}

  std::string path_;
  index features_;  ///< 0: as many as the largest index says
  bool regression_;
};

}  // namespace echelon::learning
