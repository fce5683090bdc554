#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "algorithms/base/blob.hpp"
#include "algorithms/base/catalogue.hpp"
#include "algorithms/base/random.hpp"
#include "algorithms/base/result.hpp"
#include "algorithms/compression/wire_format.hpp"

namespace echelon::compression {

/// One stretch of the vector that is compressed by itself: a tensor, or everything.
struct segment {
  index size = 0;
  index rows = 0, columns = 0;  ///< as a matrix, for those who factorise; rows * columns == size
  bool dense = false;           ///< never compressed: a model's running statistics
};

/// How hard one message is compressed: what a ratio policy says for one sender and round.
struct effort {
  /// Of relative compressors: values to send of the whole vector; 0 is legal: an empty message.
  std::int64_t coordinates = 0;
  /// Of absolute ones: the least magnitude to send; and the most values all the same, 0: no cap.
  double threshold = 0;
  std::int64_t coordinates_max = 0;
};

/// One vector as it crosses the wire.
struct packed_vector {
  blob bytes;                     ///< for `payload_format`
  std::int64_t coordinates = 0;   ///< values sent; of quantisers: all of them
  std::int64_t payload_bits = 0;  ///< of indices and values, without headers
};

/// What a sender keeps from message to message, apart from feedback: PowerSGD's last factor.
using warm_start = std::vector<float>;

/// What a compressor is worth, for checks and planners.
enum class compressor_kind : unsigned char {
  relative,   ///< E|C(x) - x|^2 <= (1 - ratio) |x|^2: traffic is known in advance
  absolute,   ///< E|C(x) - x|^2 <= d threshold^2: traffic depends on the data
  quantiser,  ///< sends every coordinate, in fewer bits
};

/// Makes a message of a vector. Const and stateless: error feedback is a decorator (feedback.hpp).
/// Deterministic: ties by the lower index, randomness from the stream alone.
class compressor {
public:
  virtual ~compressor() = default;

  virtual compressor_kind kind() const = 0;
  /// Whether the mean over the stream's draws is the vector itself.
  virtual bool unbiased() const { return false; }
  /// Whether what it leaves out stays bounded under error feedback, because it is less than the
  /// vector or than a threshold.
  virtual bool drains() const { return true; }
  /// Compresses `vector`, and leaves in it what the receiver will not get: vector - decoded, the
  /// rounding of values on the wire included. `segments` add up to its length. Errors: bad_input
  /// where values are not finite, or too large for the compressor: then `vector` is in no
  /// particular state.
  virtual result<packed_vector> compress(std::span<float> vector, std::span<const segment> segments,
                                         const effort& wanted, random_stream& draws,
                                         warm_start& warm) const = 0;
};

using compressor_ptr = std::shared_ptr<const compressor>;

/// What every compressor is made with: how values and indices are written.
struct packing {
  wire_format values = wire_format::full;
  std::string codec = "auto";  ///< of indices; see index_codecs
};

using compressor_catalogue = catalogue<compressor, const packing&>;

/// `compression.policy`: none, top-k, random-k, threshold, dgc, qsgd, ...
const compressor_catalogue& compressors();

}  // namespace echelon::compression
