#include "net/transports/tls_errors.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <openssl/err.h>

#include "net/authority/openssl.hpp"

namespace echelon::net {
namespace {

struct known_reason {
  int reason;
  std::string_view meaning;
};

constexpr std::array reasons{
    known_reason{SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE, "the peer showed no certificate"},
    known_reason{SSL_R_UNSUPPORTED_PROTOCOL, "the peer speaks no TLS 1.3"},
    known_reason{SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, "the peer speaks no TLS 1.3"},
    known_reason{SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED,
                 "the peer demands a certificate and was shown none"},
    known_reason{SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED,
                 "the peer says that our certificate has expired"},
    known_reason{SSL_R_TLSV1_ALERT_UNKNOWN_CA,
                 "the peer does not trust the authority of our certificate"},
    known_reason{SSL_R_TLSV1_ALERT_DECRYPT_ERROR,
                 "the peer does not trust the authority of our certificate"},
    known_reason{SSL_R_SSLV3_ALERT_BAD_CERTIFICATE, "the peer refused our certificate"},
    known_reason{SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN, "the peer refused our certificate"},
    known_reason{SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE, "the peer refused our certificate"},
    known_reason{SSL_R_DECRYPTION_FAILED_OR_BAD_RECORD_MAC,
                 "what the peer sent was changed on the way"},
    known_reason{SSL_R_SSLV3_ALERT_BAD_RECORD_MAC, "what we sent was changed on the way"},
};

std::string_view foreign_protocol(std::string_view bytes) {
  constexpr std::array methods{"GET ", "POST ", "HEAD ", "PUT ", "OPTIONS ", "CONNECT ", "PRI * "};
  if (std::ranges::any_of(methods, [&](const char* method) { return bytes.starts_with(method); }))
    return "the peer sent an HTTP request";
  constexpr char handshake = 0x16;
  constexpr char alert = 0x15;
  if (!bytes.empty() && bytes[0] != handshake && bytes[0] != alert)
    return "the peer speaks no TLS; if it is a node, it was started without --tls";
  return {};
}

std::string certificate_failure(long verdict) {
  switch (verdict) {
    case X509_V_ERR_CERT_HAS_EXPIRED: return "the peer's certificate has expired";
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "the peer's certificate is not valid yet; compare the clocks";
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE: return "the peer's certificate is of another authority";
    default:
      return fmt::format("the peer's certificate is not acceptable: {}",
                         X509_verify_cert_error_string(verdict));
  }
}

}  // namespace

std::string tls_failure(const SSL* ssl, std::string_view first_bytes) {
  const unsigned long code = ERR_peek_last_error();
  const std::string words = openssl_reason();
  if (const long verdict = SSL_get_verify_result(ssl); verdict != X509_V_OK)
    return certificate_failure(verdict);
  if (const auto foreign = foreign_protocol(first_bytes); !foreign.empty())
    return std::string{foreign};
  const int reason = ERR_GET_REASON(code);
  const auto known = std::ranges::find(reasons, reason, &known_reason::reason);
  if (ERR_GET_LIB(code) == ERR_LIB_SSL && known != reasons.end())
    return std::string{known->meaning};
  return fmt::format("TLS with the peer failed: {}", words);
}

}  // namespace echelon::net
