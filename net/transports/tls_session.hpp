#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <asio/buffer.hpp>

#include "net/authority/certificates.hpp"

struct ssl_st;
struct ssl_ctx_st;

namespace echelon::net {

/// What TLS sessions of one process share: its keys, whom it trusts, which TLS it speaks: 1.3, both
/// sides with a certificate of the authority, no resumption.
class tls_credentials {
public:
  /// Errors: bad_input as `check_identity`, for now.
  static result<tls_credentials> make(const tls_identity& identity);

  ssl_ctx_st* handle() const { return handle_.get(); }

private:
  explicit tls_credentials(std::shared_ptr<ssl_ctx_st> handle) : handle_{std::move(handle)} {}

  std::shared_ptr<ssl_ctx_st> handle_;
};

/// TLS 1.3 between bytes in memory: what the peer sent goes in, what is to be sent comes out; no
/// socket, no waiting. After an error there may still be output, which tells the peer.
/// Cost: one copy of the ciphertext each way beside the cipher. Memory: `input_bytes`, and what is
/// sealed and not yet taken.
class tls_session {
public:
  enum class side : unsigned char { dialler, listener };

  /// `records_per_key`: after so many of them the key that seals is replaced.
  tls_session(const tls_credentials& credentials, side which,
              std::uint64_t records_per_key = records_per_key_max);
  ~tls_session();
  tls_session(const tls_session&) = delete;
  tls_session& operator=(const tls_session&) = delete;

  /// Whether the handshake is complete; if not, it wants input. Errors: unreachable, saying what
  /// the peer did wrong.
  result<bool> shake_hands();
  /// The name its certificate proves; after the handshake.
  const std::string& peer() const { return peer_; }

  /// Appends to the output.
  result<void> seal(asio::const_buffer plain);
  /// Fills as much as there is; 0: it wants input. Errors: the peer closed, refused us, or sent
  /// what is no TLS.
  result<std::size_t> open_some(std::span<std::byte> into);
  /// Tells the peer that nothing follows.
  void say_goodbye();

  /// Where to put what the peer sent; then say how much it was. Only while input is wanted.
  std::span<std::byte> input_space();
  void received(std::size_t bytes) { input_end_ = bytes; }

  std::size_t output_bytes() const { return output_.size(); }
  /// Takes the output in exchange for an empty vector, whose memory is used again.
  void swap_output(std::vector<std::byte>& empty) { output_.swap(empty); }

  /// Of AES-GCM, well below the 2^24.5 of RFC 8446, 5.5.
  static constexpr std::uint64_t records_per_key_max = std::uint64_t{1} << 23;
  static constexpr std::size_t record_bytes = 16 * 1024;
  static constexpr std::size_t input_bytes = 128 * 1024;
  /// Before the peer has proved anything.
  static constexpr std::size_t first_input_bytes = 4 * 1024;

private:
  friend struct tls_memory;  ///< OpenSSL's view of input and output

  error failure(int code) const;
  result<void> learn_peer();

  std::unique_ptr<ssl_st, void (*)(ssl_st*)> ssl_;
  std::vector<std::byte> input_;
  std::size_t input_begin_ = 0;
  std::size_t input_end_ = 0;
  std::vector<std::byte> output_;
  std::string peer_;
  std::optional<error> failed_;  ///< nothing more can be opened
  std::string first_bytes_;      ///< of the peer, to say what it speaks instead of TLS
  std::uint64_t records_per_key_;
  std::uint64_t records_ = 0;
};

}  // namespace echelon::net
