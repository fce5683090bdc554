#include "algorithms/compression/compressor.hpp"
#include "algorithms/compression/compressors/dgc.hpp"
#include "algorithms/compression/compressors/natural.hpp"
#include "algorithms/compression/compressors/none.hpp"
#include "algorithms/compression/compressors/powersgd.hpp"
#include "algorithms/compression/compressors/qsgd.hpp"
#include "algorithms/compression/compressors/random_k.hpp"
#include "algorithms/compression/compressors/sign.hpp"
#include "algorithms/compression/compressors/terngrad.hpp"
#include "algorithms/compression/compressors/threshold.hpp"
#include "algorithms/compression/compressors/top_k.hpp"

namespace echelon::compression {
namespace {

template <class Compressor>
compressor_catalogue::entry compressor_entry() {
  return policy_entry<Compressor, compressor, const packing&>();
}

}  // namespace

const compressor_catalogue& compressors() {
  static const compressor_catalogue known{"compression.policy",
                                          {
                                              compressor_entry<none>(),
                                              compressor_entry<top_k>(),
                                              compressor_entry<random_k>(),
                                              compressor_entry<threshold>(),
                                              compressor_entry<dgc>(),
                                              compressor_entry<qsgd>(),
                                              compressor_entry<sign>(),
                                              compressor_entry<scaled_sign>(),
                                              compressor_entry<terngrad>(),
                                              compressor_entry<natural>(),
                                              compressor_entry<powersgd>(),
                                          }};
  return known;
}

}  // namespace echelon::compression
