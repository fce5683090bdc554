#include "algorithms/learning/data_source.hpp"
#include "algorithms/learning/sources/cifar.hpp"
#include "algorithms/learning/sources/csv.hpp"
#include "algorithms/learning/sources/glyphs.hpp"
#include "algorithms/learning/sources/idx.hpp"
#include "algorithms/learning/sources/libsvm.hpp"
#include "algorithms/learning/sources/mixture.hpp"
#include "algorithms/learning/sources/npz.hpp"

namespace echelon::learning {

const data_source_catalogue& data_sources() {
  static const data_source_catalogue all{"data source",
                                         {
                                             policy_entry<glyphs, data_source>(),
                                             policy_entry<mixture, data_source>(),
                                             policy_entry<idx, data_source>(),
                                             policy_entry<csv, data_source>(),
                                             policy_entry<libsvm, data_source>(),
                                             policy_entry<cifar10, data_source>(),
                                             policy_entry<cifar100, data_source>(),
                                             policy_entry<npz, data_source>(),
                                         }};
  return all;
}

}  // namespace echelon::learning
