#pragma once

#include <memory>
#include <string>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

// OpenSSL's objects with owners. Only sources include this.
namespace echelon::net {

template <auto Free>
struct freed_by {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};

using bio_ptr = std::unique_ptr<BIO, freed_by<BIO_free>>;
using key_ptr = std::unique_ptr<EVP_PKEY, freed_by<EVP_PKEY_free>>;
using certificate_ptr = std::unique_ptr<X509, freed_by<X509_free>>;
using extension_ptr = std::unique_ptr<X509_EXTENSION, freed_by<X509_EXTENSION_free>>;
using names_ptr = std::unique_ptr<GENERAL_NAMES, freed_by<GENERAL_NAMES_free>>;
using ssl_ptr = std::unique_ptr<SSL, freed_by<SSL_free>>;

/// What OpenSSL says of its last failure; forgets it and all before.
std::string openssl_reason();

/// nullptr for what is none.
certificate_ptr read_certificate(const std::string& pem);
key_ptr read_key(const std::string& pem);

/// The name of the node a certificate is for: its common name where that is also one of its DNS
/// names, or there is none; else its only DNS name. Empty where that names no node.
std::string node_name_of(X509* certificate);

}  // namespace echelon::net
