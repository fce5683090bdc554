#include "net/authority/certificates.hpp"

#include <algorithm>
#include <array>

#include <fmt/chrono.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

#include "algorithms/base/contract.hpp"
#include "net/authority/openssl.hpp"

namespace echelon::net {
namespace {

constexpr long version_3 = 2;

template <class Write>
std::string pem(Write write) {
  const bio_ptr out{BIO_new(BIO_s_mem())};
  expects(write(out.get()) == 1);
  char* text = nullptr;
  const long bytes = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(bytes)};
}

std::string pem_of(X509* certificate) {
  return pem([&](BIO* out) { return PEM_write_bio_X509(out, certificate); });
}

std::string pem_of(EVP_PKEY* key) {
  return pem([&](BIO* out) {
    return PEM_write_bio_PKCS8PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
  });
}

/// What differs between an authority's certificate and a node's.
struct request {
  std::string name;
  validity valid;
  std::vector<std::pair<int, std::string>> extensions;
};

/// Unsigned: a random serial number, the name, the dates, the public key.
certificate_ptr draw_up(const request& wanted, EVP_PKEY* key, X509* issuer) {
  certificate_ptr made{X509_new()};
  X509* certificate = made.get();
  std::array<unsigned char, 16> serial{};
  expects(RAND_bytes(serial.data(), serial.size()) == 1);
  serial[0] &= 0x7f;  // positive
  const std::unique_ptr<BIGNUM, freed_by<BN_free>> number{
      BN_bin2bn(serial.data(), serial.size(), nullptr)};
  expects(BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr);
  expects(X509_set_version(certificate, version_3) == 1);
  ASN1_TIME_set(X509_getm_notBefore(certificate), wanted.valid.from.time_since_epoch().count());
  ASN1_TIME_set(X509_getm_notAfter(certificate), wanted.valid.until.time_since_epoch().count());
  X509_NAME* subject = X509_get_subject_name(certificate);
  expects(X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8,
                                     reinterpret_cast<const unsigned char*>(wanted.name.data()),
                                     static_cast<int>(wanted.name.size()), -1, 0) == 1);
  X509* signer = issuer == nullptr ? certificate : issuer;
  expects(X509_set_issuer_name(certificate, X509_get_subject_name(signer)) == 1);
  expects(X509_set_pubkey(certificate, key) == 1);
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, signer, certificate, nullptr, nullptr, 0);
  for (const auto& [kind, value] : wanted.extensions) {
    const extension_ptr extension{X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str())};
    expects(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
  }
  return made;
}

key_ptr make_key() {
  key_ptr key{EVP_EC_gen("P-256")};
  expects(key != nullptr);
  return key;
}

result<void> check_dates(const X509* certificate, std::string_view whose,
                         std::chrono::sys_seconds now) {
  std::time_t moment = now.time_since_epoch().count();
  const auto day = [](const ASN1_TIME* when) {
    std::tm broken_down{};
    ASN1_TIME_to_tm(when, &broken_down);
    return fmt::format("{:%Y-%m-%d}", broken_down);
  };
  const ASN1_TIME* from = X509_get0_notBefore(certificate);
  const ASN1_TIME* until = X509_get0_notAfter(certificate);
  if (X509_cmp_time(until, &moment) < 0)
    return fail(errc::bad_input, "the certificate of {} expired on {}", whose, day(until));
  if (X509_cmp_time(from, &moment) > 0)
    return fail(errc::bad_input, "the certificate of {} is not valid before {}", whose, day(from));
  return {};
}

}  // namespace

result<void> check_node_name(std::string_view name) {
  const auto letter_or_digit = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  const bool fits = !name.empty() && name.size() <= node_name_bytes_max &&
                    letter_or_digit(name.front()) && std::ranges::all_of(name, [&](char c) {
                      return letter_or_digit(c) || c == '.' || c == '-' || c == '_';
                    });
  if (!fits)
    return fail(errc::bad_input,
                "\"{}\" is no name of a node; a name has 1 to {} letters, digits, dots, hyphens "
                "and underscores, and begins with a letter or a digit",
                name.substr(0, node_name_bytes_max), node_name_bytes_max);
  return {};
}

key_pair make_authority(std::string_view name, validity valid) {
  const key_ptr key = make_key();
  const request wanted{std::string{name},
                       valid,
                       {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
                        {NID_key_usage, "critical,keyCertSign,cRLSign"},
                        {NID_subject_key_identifier, "hash"}}};
  const certificate_ptr made = draw_up(wanted, key.get(), nullptr);
  expects(X509_sign(made.get(), key.get(), EVP_sha256()) > 0);
  return {pem_of(made.get()), pem_of(key.get())};
}

result<key_pair> issue(const key_pair& authority, std::string_view node, validity valid) {
  ECHELON_CHECK(check_node_name(node));
  const certificate_ptr issuer = read_certificate(authority.certificate);
  const key_ptr signing = read_key(authority.key);
  if (!issuer || !signing || X509_check_private_key(issuer.get(), signing.get()) != 1)
    return fail(errc::bad_input, "the authority's certificate and key do not belong together ({})",
                openssl_reason());
  const key_ptr key = make_key();
  const request wanted{std::string{node},
                       valid,
                       {{NID_basic_constraints, "critical,CA:FALSE"},
                        {NID_key_usage, "critical,digitalSignature"},
                        {NID_ext_key_usage, "serverAuth,clientAuth"},
                        {NID_subject_alt_name, fmt::format("DNS:{}", node)},
                        {NID_subject_key_identifier, "hash"},
                        {NID_authority_key_identifier, "keyid"}}};
  const certificate_ptr made = draw_up(wanted, key.get(), issuer.get());
  expects(X509_sign(made.get(), signing.get(), EVP_sha256()) > 0);
  return key_pair{pem_of(made.get()), pem_of(key.get())};
}

result<void> check_identity(const tls_identity& identity, std::chrono::sys_seconds now) {
  const certificate_ptr own = read_certificate(identity.own.certificate);
  const certificate_ptr authority = read_certificate(identity.authority);
  const key_ptr key = read_key(identity.own.key);
  const std::string& name = identity.name;
  if (!authority)
    return fail(errc::bad_input, "the authority's certificate is none ({})", openssl_reason());
  if (!own)
    return fail(errc::bad_input, "the certificate of {} is none ({})", name, openssl_reason());
  if (!key)
    return fail(errc::bad_input, "the key of {} is none ({})", name, openssl_reason());
  if (X509_check_private_key(own.get(), key.get()) != 1)
    return fail(errc::bad_input, "the key of {} is not the one its certificate is for ({})", name,
                openssl_reason());
  if (const std::string certified = node_name_of(own.get()); certified != name)
    return fail(errc::bad_input, "the certificate of {} is for \"{}\"", name, certified);
  if (X509_verify(own.get(), X509_get0_pubkey(authority.get())) != 1)
    return fail(errc::bad_input, "the certificate of {} was not issued by this authority ({})",
                name, openssl_reason());
  ECHELON_CHECK(check_dates(authority.get(), "the authority", now));
  return check_dates(own.get(), name, now);
}

}  // namespace echelon::net
