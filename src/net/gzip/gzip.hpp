#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace millwright::net {

// Unpacks gzip (RFC 1952) or zlib (RFC 1950) bytes as they come, and stops at a limit, because a
// few bytes can unpack to gigabytes.
class Unzipper {
 public:
  explicit Unzipper(std::size_t bytes_max);
  ~Unzipper();
  Unzipper(Unzipper&&) noexcept;
  Unzipper& operator=(Unzipper&&) noexcept;

  // Appends what `input` unpacks to. Errors: invalid (not gzip, damaged), full (over the limit).
  Outcome add(ByteView input, std::string& out);
  // After the last input. Errors: invalid when the end is missing.
  Outcome finish() const;

 private:
  class Inner;
  std::unique_ptr<Inner> inner_;
};

Result<std::string> unzipped(ByteView input, std::size_t bytes_max);
std::string zipped(ByteView input);  // gzip, best compression

}  // namespace millwright::net
