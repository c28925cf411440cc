#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace millwright::net::opcua {

// What millwright shows to servers. DER bytes.
struct OwnCertificate {
  std::string certificate, key;
  std::string application_uri;  // as it stands in the certificate
};

// What a server shows to us. The views must outlive the call.
struct ShownCertificate {
  std::string_view certificate;      // DER
  std::string_view application_uri;  // that the server says it has; must stand in the certificate
  std::string_view server;           // a name for people
};

// Certificates as files in one folder:
//   own/millwright.der, own/millwright.key, own/application_uri   made on first use
//   trusted/*.der|crt|pem    servers, or authorities whose servers are trusted: put there by a
//   person rejected/*.der           servers that nobody trusts yet: put here by millwright
// Thread: its owner's; two of one folder may work at once.
class Certificates {
 public:
  static constexpr std::size_t trusted_files_max = 1000, rejected_files_max = 100,
                               file_bytes_max = 64U << 10U;

  explicit Certificates(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // Errors: refused, when the folder cannot be written; corrupt, when what lies there cannot be
  // read.
  Result<OwnCertificate> own() const;
  Result<std::vector<std::string>> trusted() const;
  // Keeps the certificate in rejected/ when it is not trusted.
  // Errors: refused, with the file to move and the folder to move it to.
  Outcome check(const ShownCertificate& shown) const;

 private:
  Result<std::filesystem::path> keep_rejected(std::string_view certificate,
                                              std::string_view server) const;
  Result<OwnCertificate> make_own() const;

  std::filesystem::path folder_;
};

}  // namespace millwright::net::opcua
