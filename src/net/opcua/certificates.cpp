#include "net/opcua/certificates.hpp"

#include <open62541/plugin/create_certificate.h>
#include <open62541/plugin/pki_default.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>

#include "base/bytes.hpp"
#include "net/opcua/foreign.hpp"
#include "net/opcua/trouble.hpp"

namespace millwright::net::opcua {
namespace {

namespace fs = std::filesystem;

constexpr UA_UInt16 key_bits = 2048;
constexpr UA_UInt16 days_valid = 3650;
constexpr std::uint32_t unreadable = UA_STATUSCODE_BADCONFIGURATIONERROR;  // a file in trusted/

Error unwritable(const fs::path& path, const std::string& why) {
  return fail(Code::refused, Trouble{"'" + path.string() + "' cannot be written: " + why,
                                     "Let the user that millwright runs as write there."});
}

Outcome make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return unwritable(folder, error.message());
  return Done{};
}

Result<std::string> read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string bytes(Certificates::file_bytes_max + 1, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  if (bytes.empty() || bytes.size() > Certificates::file_bytes_max)
    return fail(Code::corrupt, Trouble{"'" + path.string() + "' cannot be read as a certificate",
                                       "Remove it, or put a whole certificate there."});
  return bytes;
}

// Whole or not at all: a temporary file beside it, then a rename.
Outcome write_file(const fs::path& path, std::string_view bytes, fs::perms rights) {
  const fs::path fresh = path.string() + ".new";
  std::ofstream out(fresh, std::ios::binary | std::ios::trunc);
  std::error_code error;
  fs::permissions(fresh, rights, error);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out || error) return unwritable(path, "the disk may be full, or the folder not ours");
  fs::rename(fresh, path, error);
  if (error) return unwritable(path, error.message());
  return Done{};
}

std::string host_name() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "localhost";
  return name.data();
}

std::string file_name_for(std::string_view server, std::string_view certificate) {
  std::string name;
  for (const char c : server.substr(0, 80)) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '.' || c == '-';
    name += is_plain ? c : '_';
  }
  std::array<char, 16> sum{};
  std::snprintf(sum.data(), sum.size(), "-%08x", crc32c(as_bytes(certificate)));
  return name + sum.data() + ".der";
}

// Asks the library: validity, chain up to a trusted certificate, and whose it is.
std::uint32_t verify(const std::vector<std::string>& trusted, const ShownCertificate& shown) {
  std::vector<UA_ByteString> list;
  std::transform(trusted.begin(), trusted.end(), std::back_inserter(list), borrowed);
  const UA_Logger silent{};
  UA_CertificateVerification verification{};
  verification.logging = &silent;
  std::uint32_t status = UA_CertificateVerification_Trustlist(&verification, list.data(),
                                                              list.size(), nullptr, 0, nullptr, 0);
  if (status != UA_STATUSCODE_GOOD) return unreadable;
  const UA_ByteString bytes = borrowed(shown.certificate);
  const UA_String uri = borrowed(shown.application_uri);
  status = verification.verifyCertificate(&verification, &bytes);
  if (status == UA_STATUSCODE_GOOD)
    status = verification.verifyApplicationURI(&verification, &bytes, &uri);
  verification.clear(&verification);
  return status;
}

}  // namespace

Result<OwnCertificate> Certificates::own() const {
  const fs::path own = folder_ / "own";
  std::error_code error;
  if (!fs::exists(own / "millwright.der", error)) return make_own();
  OwnCertificate found;
  found.certificate = TRY(read_file(own / "millwright.der"));
  found.key = TRY(read_file(own / "millwright.key"));
  found.application_uri = TRY(read_file(own / "application_uri"));
  return found;
}

Result<OwnCertificate> Certificates::make_own() const {
  const std::string host = host_name();
  OwnCertificate made;
  made.application_uri = "urn:" + host + ":millwright";
  const std::string uri_name = "URI:" + made.application_uri, host_entry = "DNS:" + host;
  const std::string common_name = "CN=millwright@" + host;
  const std::array subject{borrowed(common_name), borrowed("O=millwright")};
  const std::array names{borrowed(host_entry), borrowed(uri_name)};
  UA_UInt16 bits = key_bits, days = days_valid;
  std::array<UA_KeyValuePair, 2> pairs{};
  pairs[0].key = UA_QUALIFIEDNAME(0, const_cast<char*>("key-size-bits"));
  UA_Variant_setScalar(&pairs[0].value, &bits, &UA_TYPES[UA_TYPES_UINT16]);
  pairs[1].key = UA_QUALIFIEDNAME(0, const_cast<char*>("expires-in-days"));
  UA_Variant_setScalar(&pairs[1].value, &days, &UA_TYPES[UA_TYPES_UINT16]);
  UA_KeyValueMap settings{pairs.size(), pairs.data()};
  const UA_Logger silent{};
  UA_ByteString key = UA_BYTESTRING_NULL, certificate = UA_BYTESTRING_NULL;
  const std::uint32_t status =
      UA_CreateCertificate(&silent, subject.data(), subject.size(), names.data(), names.size(),
                           UA_CERTIFICATEFORMAT_DER, &settings, &key, &certificate);
  made.key = to_string(key);
  made.certificate = to_string(certificate);
  UA_ByteString_clear(&key);
  UA_ByteString_clear(&certificate);
  if (status != UA_STATUSCODE_GOOD)
    return fail(Code::refused,
                Trouble{"making an own certificate failed: " + name_of_status(status),
                        "Put one into " + (folder_ / "own").string() + "."});
  TRY(make_folder(folder_ / "own"));
  TRY(make_folder(folder_ / "trusted"));
  const fs::path own = folder_ / "own";
  constexpr fs::perms secret = fs::perms::owner_read | fs::perms::owner_write;
  constexpr fs::perms open = secret | fs::perms::group_read | fs::perms::others_read;
  TRY(write_file(own / "application_uri", made.application_uri, open));
  TRY(write_file(own / "millwright.key", made.key, secret));
  TRY(write_file(own / "millwright.der", made.certificate,
                 open));  // last: it says that all is there
  return made;
}

Result<std::vector<std::string>> Certificates::trusted() const {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator at(folder_ / "trusted", error), end; !error && at != end;
       at.increment(error)) {
    const std::string kind = at->path().extension().string();
    if (kind == ".der" || kind == ".crt" || kind == ".pem") files.push_back(at->path());
    if (files.size() >= trusted_files_max) break;
  }
  std::sort(files.begin(), files.end());
  std::vector<std::string> found;
  for (const fs::path& file : files)
    found.push_back(TRY(read_file(file)));
  return found;
}

Outcome Certificates::check(const ShownCertificate& shown) const {
  const std::string server(shown.server);
  if (shown.certificate.empty() || shown.certificate.size() > file_bytes_max)
    return fail(Code::refused, Trouble{server + " shows no usable certificate",
                                       "Let the server make one, or set security: none."});
  const std::vector<std::string> list = TRY(trusted());
  const std::uint32_t status =
      list.empty() ? UA_STATUSCODE_BADCERTIFICATEUNTRUSTED : verify(list, shown);
  const std::string folder = (folder_ / "trusted").string();
  if (status == UA_STATUSCODE_GOOD) return Done{};
  if (status == unreadable)
    return fail(Code::corrupt, Trouble{"a file in '" + folder + "' is no certificate",
                                       "Remove what is no certificate from there."});
  const fs::path kept = TRY(keep_rejected(shown.certificate, server));
  if (status != UA_STATUSCODE_BADCERTIFICATEUNTRUSTED &&
      status != UA_STATUSCODE_BADCERTIFICATECHAININCOMPLETE)
    return fail(Code::refused, words_of_status(status, server));
  return fail(Code::refused, Trouble{server + " shows a certificate that is not trusted",
                                     "If this is your server, move '" + kept.string() + "' to '" +
                                         folder + "/'."});
}

Result<fs::path> Certificates::keep_rejected(std::string_view certificate,
                                             std::string_view server) const {
  const fs::path folder = folder_ / "rejected";
  TRY(make_folder(folder));
  TRY(make_folder(folder_ / "trusted"));
  const fs::path file = folder / file_name_for(server, certificate);
  std::error_code error;
  if (fs::exists(file, error)) return file;
  std::size_t kept = 0;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
    ++kept;
  if (error || kept >= rejected_files_max)
    return fail(Code::full, Trouble{"'" + folder.string() + "' is full",
                                    "Remove the certificates there that are not needed."});
  TRY(write_file(file, certificate,
                 fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read |
                     fs::perms::others_read));
  return file;
}

}  // namespace millwright::net::opcua
