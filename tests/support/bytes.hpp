#pragma once

#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include <zlib.h>

#include "algorithms/base/contract.hpp"

// Bytes of small valid files, built in memory; they are held as texts.
namespace echelon::tests {

inline std::string read_file(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

/// The number's bytes, least first; `count` of them.
inline std::string little(std::uint64_t number, int count) {
  std::string bytes;
  for (int i = 0; i < count; ++i)
    bytes += static_cast<char>(number >> (8 * i) & 0xff);
  return bytes;
}

/// The number's four bytes, most significant first.
inline std::string big(std::uint32_t number) {
  const std::string bytes = little(number, 4);
  return {bytes.rbegin(), bytes.rend()};
}

/// `window` as zlib has it: 31 for gzip, -15 for raw deflate.
inline std::string deflated(std::string_view bytes, int window) {
  z_stream stream{};
  expects(deflateInit2(&stream, 6, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string packed(deflateBound(&stream, bytes.size()), '\0');
  std::string input{bytes};
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  expects(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

inline std::string gzipped(std::string_view bytes) { return deflated(bytes, 31); }

inline std::string idx_images(std::uint32_t count, std::uint32_t height, std::uint32_t width,
                              std::string_view pixels) {
  return big(0x803) + big(count) + big(height) + big(width) + std::string{pixels};
}

inline std::string idx_labels(std::uint32_t count, std::string_view labels) {
  return big(0x801) + big(count) + std::string{labels};
}

/// As numpy.save writes it.
inline std::string npy(const std::string& type, const std::string& shape, std::string_view data) {
  std::string header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape +
                       ", }";
  header.resize((header.size() + 11) / 64 * 64 + 64 - 11, ' ');
  return "\x93NUMPY" + little(1, 1) + little(0, 1) + little(header.size() + 1, 2) + header + "\n" +
         std::string{data};
}

/// Builds an archive member by member, as numpy.savez does.
class zip_writer {
public:
  zip_writer& add(const std::string& name, const std::string& bytes, bool packed) {
    const std::string stored = packed ? deflated(bytes, -15) : bytes;
    const auto checksum = crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
    const std::string middle = little(20, 2) + little(0, 2) + little(packed ? 8 : 0, 2) +
                               little(0, 4) + little(checksum, 4) + little(stored.size(), 4) +
                               little(bytes.size(), 4) + little(name.size(), 2) + little(0, 2);
    contents_ += little(0x02014b50, 4) + little(20, 2) + middle + std::string(10, '\0') +
                 little(members_.size(), 4) + name;
    members_ += little(0x04034b50, 4) + middle + name + stored;
    ++count_;
    return *this;
  }

  std::string bytes() const {
    return members_ + contents_ + little(0x06054b50, 4) + little(0, 4) + little(count_, 2) +
           little(count_, 2) + little(contents_.size(), 4) + little(members_.size(), 4) +
           little(0, 2);
  }

private:
  std::string members_;
  std::string contents_;
  std::uint64_t count_ = 0;
};

}  // namespace echelon::tests
