// What this program is built on.
#include <gnu/libc-version.h>
#include <openssl/crypto.h>
#include <openssl/opensslv.h>
#include <sodium.h>
#include <sqlite3.h>
#include <zlib.h>
#include <zstd.h>

#include "app/doctor.hpp"
#include "base/text.hpp"

namespace millwright::app {
namespace {

// The number before the first point: libraries keep their form within it.
std::string_view major_of(std::string_view version) {
  return version.substr(0, version.find('.'));
}

}  // namespace

std::vector<Library> libraries() {
  return {{"OpenSSL", OpenSSL_version(OPENSSL_VERSION_STRING), OPENSSL_VERSION_STR},
          {"SQLite", sqlite3_libversion(), SQLITE_VERSION},
          {"libsodium", sodium_version_string(), SODIUM_VERSION_STRING},
          {"zlib", zlibVersion(), ZLIB_VERSION},
          {"zstd", ZSTD_versionString(), ZSTD_VERSION_STRING},
          {"GNU C library", gnu_get_libc_version(),
           std::to_string(__GLIBC__) + "." + std::to_string(__GLIBC_MINOR__)}};
}

std::vector<Finding> examine_libraries() {
  std::string all;
  for (const Library& library : libraries()) {
    if (major_of(library.runs) != major_of(library.built))
      return {{"libraries", Verdict::bad,
               library.name + " " + library.runs + " runs, and " + library.built +
                   " is what this program was built with",
               "Install the package of millwright again: it brings its own libraries."}};
    all += (all.empty() ? "" : ", ") + library.name + " " + library.runs;
  }
  return {{"libraries", Verdict::good, all, ""}};
}

}  // namespace millwright::app
