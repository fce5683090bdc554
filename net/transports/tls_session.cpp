#include "net/transports/tls_session.hpp"

#include <algorithm>
#include <cstring>

#include <openssl/err.h>

#include "algorithms/base/contract.hpp"
#include "net/authority/openssl.hpp"
#include "net/transports/tls_errors.hpp"

namespace echelon::net {

/// The session's memory as OpenSSL reads and writes it.
struct tls_memory {
  static tls_session& of(BIO* bio) { return *static_cast<tls_session*>(BIO_get_data(bio)); }

  static int read(BIO* bio, char* into, int wanted) {
    tls_session& session = of(bio);
    BIO_clear_retry_flags(bio);
    const std::size_t there = session.input_end_ - session.input_begin_;
    if (there == 0) {
      BIO_set_retry_read(bio);
      return -1;
    }
    const std::size_t count = std::min(there, static_cast<std::size_t>(wanted));
    std::memcpy(into, session.input_.data() + session.input_begin_, count);
    session.input_begin_ += count;
    return static_cast<int>(count);
  }

  static int write(BIO* bio, const char* bytes, int count) {
    std::vector<std::byte>& output = of(bio).output_;
    const auto* first = reinterpret_cast<const std::byte*>(bytes);
    output.insert(output.end(), first, first + count);
    return count;
  }

  static long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

  static int create(BIO* bio) {
    BIO_set_init(bio, 1);
    return 1;
  }

  /// Immutable once made.
  static const BIO_METHOD* method() {
    static const std::unique_ptr<BIO_METHOD, freed_by<BIO_meth_free>> made = [] {
      std::unique_ptr<BIO_METHOD, freed_by<BIO_meth_free>> fresh{
          BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "session memory")};
      BIO_meth_set_read(fresh.get(), read);
      BIO_meth_set_write(fresh.get(), write);
      BIO_meth_set_ctrl(fresh.get(), control);
      BIO_meth_set_create(fresh.get(), create);
      return fresh;
    }();
    return made.get();
  }
};

result<tls_credentials> tls_credentials::make(const tls_identity& identity) {
  constexpr long certificates_bytes_max = 16 * 1024;  // what a peer may show before it is known
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  ECHELON_CHECK(check_identity(identity, now));
  std::shared_ptr<SSL_CTX> context{SSL_CTX_new(TLS_method()), SSL_CTX_free};
  SSL_CTX* made = context.get();
  expects(made != nullptr);
  SSL_CTX_set_min_proto_version(made, TLS1_3_VERSION);
  SSL_CTX_set_max_proto_version(made, TLS1_3_VERSION);
  SSL_CTX_set_verify(made, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_session_cache_mode(made, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(made, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_num_tickets(made, 0);
  SSL_CTX_set_max_cert_list(made, certificates_bytes_max);
  const certificate_ptr authority = read_certificate(identity.authority);
  const certificate_ptr own = read_certificate(identity.own.certificate);
  const key_ptr key = read_key(identity.own.key);
  if (X509_STORE_add_cert(SSL_CTX_get_cert_store(made), authority.get()) != 1 ||
      SSL_CTX_use_certificate(made, own.get()) != 1 || SSL_CTX_use_PrivateKey(made, key.get()) != 1)
    return fail(errc::bad_input, "the keys of {} cannot be used: {}", identity.name,
                openssl_reason());
  return tls_credentials{std::move(context)};
}

tls_session::tls_session(const tls_credentials& credentials, side which,
                         std::uint64_t records_per_key)
    : ssl_{SSL_new(credentials.handle()), SSL_free},
      input_(first_input_bytes), records_per_key_{records_per_key} {
  BIO* memory = BIO_new(tls_memory::method());
  expects(ssl_ && memory != nullptr);
  BIO_set_data(memory, this);
  SSL_set_bio(ssl_.get(), memory, memory);
  if (which == side::dialler)
    SSL_set_connect_state(ssl_.get());
  else
    SSL_set_accept_state(ssl_.get());
}

tls_session::~tls_session() = default;

std::span<std::byte> tls_session::input_space() {
  expects(input_begin_ == input_end_);
  input_begin_ = input_end_ = 0;
  if (!peer_.empty() && input_.size() < input_bytes)
    input_.resize(input_bytes);
  return input_;
}

result<bool> tls_session::shake_hands() {
  if (first_bytes_.empty() && input_end_ > 0)
    first_bytes_.assign(reinterpret_cast<const char*>(input_.data()),
                        std::min<std::size_t>(input_end_, 8));
  ERR_clear_error();
  const int code = SSL_do_handshake(ssl_.get());
  if (code == 1) {
    ECHELON_CHECK(learn_peer());
    return true;
  }
  if (SSL_get_error(ssl_.get(), code) == SSL_ERROR_WANT_READ)
    return false;
  return std::unexpected(failure(code));
}

result<void> tls_session::learn_peer() {
  const certificate_ptr shown{SSL_get1_peer_certificate(ssl_.get())};
  expects(shown && SSL_get_verify_result(ssl_.get()) == X509_V_OK);
  peer_ = node_name_of(shown.get());
  if (peer_.empty())
    return fail(errc::unreachable, "the peer's certificate names no node");
  return {};
}

result<void> tls_session::seal(asio::const_buffer plain) {
  const auto* bytes = static_cast<const std::byte*>(plain.data());
  for (std::size_t done = 0; done < plain.size();) {
    if (++records_ % records_per_key_ == 0)
      SSL_key_update(ssl_.get(), SSL_KEY_UPDATE_NOT_REQUESTED);
    ERR_clear_error();
    std::size_t sealed = 0;
    const std::size_t wanted = std::min(plain.size() - done, record_bytes);
    const int code = SSL_write_ex(ssl_.get(), bytes + done, wanted, &sealed);
    if (code != 1)
      return std::unexpected(failure(code));
    done += sealed;
  }
  return {};
}

result<std::size_t> tls_session::open_some(std::span<std::byte> into) {
  std::size_t done = 0;
  while (done < into.size() && !failed_) {
    ERR_clear_error();
    std::size_t opened = 0;
    const int code = SSL_read_ex(ssl_.get(), into.data() + done, into.size() - done, &opened);
    if (code == 1) {
      done += opened;
      continue;
    }
    if (SSL_get_error(ssl_.get(), code) != SSL_ERROR_WANT_READ)
      failed_ = failure(code);
    break;
  }
  // What came before an error is given first.
  if (done == 0 && failed_)
    return std::unexpected(*failed_);
  return done;
}

void tls_session::say_goodbye() {
  ERR_clear_error();
  if (!peer_.empty())
    SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

error tls_session::failure(int code) const {
  if (SSL_get_error(ssl_.get(), code) == SSL_ERROR_ZERO_RETURN)
    return {errc::unreachable, "the peer closed the stream"};
  return {errc::unreachable, tls_failure(ssl_.get(), first_bytes_)};
}

}  // namespace echelon::net
