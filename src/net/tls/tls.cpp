#include "net/tls/tls.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <array>
#include <cstdio>

namespace millwright::net {
namespace {

constexpr int session_cache_max = 1024;

// The newest reason that OpenSSL gives; its list is emptied.
std::string reason() {
  const unsigned long error = ERR_peek_last_error();
  std::array<char, 256> text{};
  ERR_error_string_n(error, text.data(), text.size());
  ERR_clear_error();
  return error == 0 ? "no reason given" : std::string(text.data());
}

bool is_readable(const std::string& file) {
  std::FILE* opened = std::fopen(file.c_str(), "rb");
  if (opened == nullptr) return false;
  static_cast<void>(std::fclose(opened));
  return true;
}

Outcome use_files(SSL_CTX* context, const std::string& certificate, const std::string& key) {
  for (const std::string& file : {certificate, key})
    if (!is_readable(file))
      return fail(Code::not_found, "the TLS file " + file + " cannot be read");
  if (SSL_CTX_use_certificate_chain_file(context, certificate.c_str()) != 1)
    return fail(Code::invalid, certificate + " holds no certificate (PEM): " + reason());
  if (SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1) {
    const bool is_mismatch = ERR_GET_REASON(ERR_peek_last_error()) == X509_R_KEY_VALUES_MISMATCH;
    const std::string why = reason();
    if (is_mismatch) return fail(Code::refused, key + " is not the key of " + certificate);
    return fail(Code::invalid, key + " holds no private key (PEM): " + why);
  }
  if (SSL_CTX_check_private_key(context) != 1)
    return fail(Code::refused, key + " is not the key of " + certificate);
  return Done{};
}

Result<SSL_CTX*> new_context(const SSL_METHOD* method) {
  SSL_CTX* context = SSL_CTX_new(method);
  if (context == nullptr) return fail(Code::full, "TLS cannot be set up: " + reason());
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(
      context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  return context;
}

}  // namespace

Result<std::shared_ptr<const TlsContext>> TlsContext::server(const std::string& certificate_file,
                                                             const std::string& key_file) {
  // Owned from here on, whatever follows.
  const std::shared_ptr<const TlsContext> made(
      new TlsContext(TRY(new_context(TLS_server_method()))));
  TRY(use_files(made->context_, certificate_file, key_file));
  SSL_CTX_sess_set_cache_size(made->context_, session_cache_max);
  constexpr std::array<unsigned char, 10> session_name{'m', 'i', 'l', 'l', 'w',
                                                       'r', 'i', 'g', 'h', 't'};
  SSL_CTX_set_session_id_context(made->context_, session_name.data(), session_name.size());
  return made;
}

Result<std::shared_ptr<const TlsContext>> TlsContext::client(const std::string& authority_file) {
  const std::shared_ptr<const TlsContext> made(
      new TlsContext(TRY(new_context(TLS_client_method()))));
  SSL_CTX_set_verify(made->context_, SSL_VERIFY_PEER, nullptr);
  const int loaded = authority_file.empty()
                         ? SSL_CTX_set_default_verify_paths(made->context_)
                         : SSL_CTX_load_verify_file(made->context_, authority_file.c_str());
  if (loaded != 1)
    return fail(Code::invalid,
                authority_file + " holds no certificates to trust (PEM): " + reason());
  return made;
}

TlsContext::~TlsContext() {
  SSL_CTX_free(context_);
}

}  // namespace millwright::net
