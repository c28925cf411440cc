#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

struct ssl_ctx_st;  // SSL_CTX of OpenSSL.

namespace millwright::net {

// What a TLS connection is made with: keys, trust and the lowest version (TLS 1.2).
class TlsContext {
 public:
  // Errors: not_found or invalid, naming the file; refused when the key does not fit.
  static Result<std::shared_ptr<const TlsContext>> server(const std::string& certificate_file,
                                                          const std::string& key_file);
  // Checks servers against the certificates of that PEM file; empty = the store of the system.
  static Result<std::shared_ptr<const TlsContext>> client(const std::string& authority_file);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  ssl_ctx_st* native() const { return context_; }

 private:
  explicit TlsContext(ssl_ctx_st* context) : context_(context) {}
  ssl_ctx_st* context_;
};

enum class KeyKind { p256, rsa2048 };

struct SelfSigned {
  std::string certificate_file, key_file;
  std::string name = "millwright";
  std::vector<std::string> hosts;  // DNS names and IP addresses for which it stands.
  Instant from;                    // Valid from then ...
  Duration valid = 397 * 24h;      // ... for so long. Browsers refuse more than 398 days.
  KeyKind kind = KeyKind::p256;
};

// Makes both files unless both are there already; the key is readable by its owner alone.
// Errors: refused, naming the file; invalid when only one of the two is there.
Outcome make_self_signed(const SelfSigned& settings);

// SHA-256 over the certificate (DER) as "AB:CD:…", for people to compare.
Result<std::string> fingerprint(const std::string& certificate_file);

}  // namespace millwright::net
