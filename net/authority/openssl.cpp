#include "net/authority/openssl.hpp"

#include <algorithm>
#include <vector>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "net/authority/certificates.hpp"

namespace echelon::net {
namespace {

bio_ptr reading(const std::string& text) {
  return bio_ptr{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
}

/// Key files with a password are not ours: fail rather than ask on the terminal.
int no_password(char*, int, int, void*) { return -1; }

std::string text_of(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

std::string common_name_of(X509* certificate) {
  X509_NAME* subject = X509_get_subject_name(certificate);
  const int place = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (place < 0)
    return {};
  return text_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, place)));
}

std::vector<std::string> dns_names_of(X509* certificate) {
  const names_ptr names{static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr))};
  std::vector<std::string> found;
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_DNS)
      found.push_back(text_of(name->d.dNSName));
  }
  return found;
}

}  // namespace

std::string openssl_reason() {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return reason == nullptr ? "no reason given" : reason;
}

certificate_ptr read_certificate(const std::string& pem) {
  return certificate_ptr{PEM_read_bio_X509(reading(pem).get(), nullptr, no_password, nullptr)};
}

key_ptr read_key(const std::string& pem) {
  return key_ptr{PEM_read_bio_PrivateKey(reading(pem).get(), nullptr, no_password, nullptr)};
}

std::string node_name_of(X509* certificate) {
  const std::string common = common_name_of(certificate);
  const std::vector<std::string> others = dns_names_of(certificate);
  std::string name;
  if (others.empty() || std::ranges::find(others, common) != others.end())
    name = common;
  else if (others.size() == 1)
    name = others.front();
  return check_node_name(name) ? name : std::string{};
}

}  // namespace echelon::net
