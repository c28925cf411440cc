#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>

#include "base/bytes.hpp"
#include "net/tls/tls.hpp"

namespace millwright::net {
namespace {

template <auto release>
struct Release {
  template <class T>
  void operator()(T* object) const {
    release(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Release<X509_free>>;
using Memory = std::unique_ptr<BIO, Release<BIO_free_all>>;
using Extension = std::unique_ptr<X509_EXTENSION, Release<X509_EXTENSION_free>>;

Error openssl_error(const std::string& what) {
  std::array<char, 256> text{};
  ERR_error_string_n(ERR_peek_last_error(), text.data(), text.size());
  ERR_clear_error();
  return fail(Code::invalid, what + ": " + text.data());
}

bool is_there(const std::string& file) {
  return ::access(file.c_str(), F_OK) == 0;
}

bool is_address(const std::string& host) {
  return host.find(':') != std::string::npos ||
         host.find_first_not_of("0123456789.") == std::string::npos;
}

// "DNS:localhost,IP:127.0.0.1"; a host that could smuggle in a further entry is refused.
Result<std::string> alternative_names(const SelfSigned& settings) {
  std::string names;
  for (const std::string& host : settings.hosts) {
    const bool is_plain =
        !host.empty() && host.find_first_not_of(
                             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                             "0123456789.-:*") == std::string::npos;
    if (!is_plain) return fail(Code::invalid, "'" + host + "' is no host name or IP address");
    if (!names.empty()) names += ',';
    names += (is_address(host) ? "IP:" : "DNS:") + host;
  }
  if (names.empty()) return fail(Code::invalid, "a certificate needs at least one host name");
  return names;
}

Outcome add_extension(X509* certificate, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  if (!extension || X509_add_ext(certificate, extension.get(), -1) != 1)
    return openssl_error("the certificate extension '" + value + "' was refused");
  return Done{};
}

Outcome set_serial(X509* certificate) {
  const std::unique_ptr<BIGNUM, Release<BN_free>> number(BN_new());
  constexpr int serial_bits = 127;  // RFC 5280, 4.1.2.2: positive, at most 20 octets, no pattern.
  if (!number || BN_rand(number.get(), serial_bits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) != 1 ||
      BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) == nullptr)
    return openssl_error("no random serial number for the certificate");
  return Done{};
}

Outcome set_times(X509* certificate, const SelfSigned& settings) {
  const std::time_t from = nanoseconds(settings.from) / 1'000'000'000;
  const std::time_t to = from + settings.valid / std::chrono::seconds(1);
  if (ASN1_TIME_set(X509_getm_notBefore(certificate), from) == nullptr ||
      ASN1_TIME_set(X509_getm_notAfter(certificate), to) == nullptr)
    return openssl_error("the times of the certificate were refused");
  return Done{};
}

Outcome set_name(X509* certificate, const std::string& name) {
  X509_NAME* subject = X509_get_subject_name(certificate);
  if (X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                 reinterpret_cast<const unsigned char*>(name.data()),
                                 static_cast<int>(name.size()), -1, 0) != 1 ||
      X509_set_issuer_name(certificate, subject) != 1)
    return openssl_error("the name '" + name + "' was refused for the certificate");
  return Done{};
}

Result<Certificate> make_certificate(const SelfSigned& settings, EVP_PKEY* key) {
  Certificate certificate(X509_new());
  if (!certificate || X509_set_version(certificate.get(), X509_VERSION_3) != 1 ||
      X509_set_pubkey(certificate.get(), key) != 1)
    return openssl_error("a certificate cannot be made");
  TRY(set_serial(certificate.get()));
  TRY(set_times(certificate.get(), settings));
  TRY(set_name(certificate.get(), settings.name));
  // It is its own authority, so that a client can be told to trust just this one.
  TRY(add_extension(certificate.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0"));
  TRY(add_extension(certificate.get(), NID_key_usage, "critical,digitalSignature,keyCertSign"));
  TRY(add_extension(certificate.get(), NID_ext_key_usage, "serverAuth"));
  TRY(add_extension(certificate.get(), NID_subject_key_identifier, "hash"));
  TRY(add_extension(certificate.get(), NID_subject_alt_name, TRY(alternative_names(settings))));
  if (X509_sign(certificate.get(), key, EVP_sha256()) == 0)
    return openssl_error("the certificate cannot be signed");
  return certificate;
}

// Writes beside and renames, so that a cut of power leaves no half file.
Outcome write_file(const std::string& file, BIO* memory, int mode) {
  const auto refused = [&] {
    return fail(Code::refused, file + " cannot be written: " + std::strerror(errno));
  };
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(memory, &bytes);
  const std::string beside = file + ".new";
  const int descriptor = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  if (descriptor < 0) return refused();
  const bool is_written = ::fchmod(descriptor, static_cast<mode_t>(mode)) == 0 &&
                          ::write(descriptor, bytes, static_cast<std::size_t>(size)) == size &&
                          ::fsync(descriptor) == 0;
  if (::close(descriptor) != 0 || !is_written) return refused();
  if (::rename(beside.c_str(), file.c_str()) != 0) return refused();
  return Done{};
}

}  // namespace

Outcome make_self_signed(const SelfSigned& settings) {
  const bool has_certificate = is_there(settings.certificate_file);
  const bool has_key = is_there(settings.key_file);
  if (has_certificate && has_key) return Done{};
  if (has_certificate || has_key)
    return fail(Code::invalid, "of " + settings.certificate_file + " and " + settings.key_file +
                                   " only one is there; give both, or remove it to get a new pair");
  constexpr unsigned rsa_bits = 2048;
  const Key key(settings.kind == KeyKind::p256 ? EVP_EC_gen("P-256") : EVP_RSA_gen(rsa_bits));
  if (!key) return openssl_error("a key cannot be made");
  const Certificate certificate = TRY(make_certificate(settings, key.get()));
  const Memory certificate_text(BIO_new(BIO_s_mem()));
  const Memory key_text(BIO_new(BIO_s_mem()));
  if (!certificate_text || !key_text ||
      PEM_write_bio_X509(certificate_text.get(), certificate.get()) != 1 ||
      PEM_write_bio_PKCS8PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                    nullptr) != 1)
    return openssl_error("the certificate cannot be written as PEM");
  TRY(write_file(settings.key_file, key_text.get(), 0600));
  TRY(write_file(settings.certificate_file, certificate_text.get(), 0644));
  return Done{};
}

Result<std::string> fingerprint(const std::string& certificate_file) {
  const Memory file(BIO_new_file(certificate_file.c_str(), "rb"));
  if (!file) return fail(Code::not_found, certificate_file + " cannot be read");
  const Certificate certificate(PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr));
  if (!certificate) return openssl_error(certificate_file + " holds no certificate (PEM)");
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (X509_digest(certificate.get(), EVP_sha256(), digest.data(), &size) != 1)
    return openssl_error("the fingerprint of " + certificate_file + " cannot be computed");
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    if (i > 0) text += ':';
    text += digits[digest[i] >> 4U];
    text += digits[digest[i] & 15U];
  }
  return text;
}

}  // namespace millwright::net
