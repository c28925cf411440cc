#include "net/gzip/gzip.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>

namespace millwright::net {
namespace {
constexpr int window_gzip_or_zlib = 15 + 32;
constexpr int window_gzip = 15 + 16;
constexpr std::size_t step_bytes = std::size_t{64} * 1024;
constexpr std::size_t input_bytes_max = std::size_t{1} << 30U;  // zlib counts in 32 bits.
}  // namespace

class Unzipper::Inner {
 public:
  explicit Inner(std::size_t bytes_max) : bytes_max_(bytes_max) {
    CHECK(inflateInit2(&stream_, window_gzip_or_zlib) == Z_OK);
  }
  ~Inner() { inflateEnd(&stream_); }
  Inner(const Inner&) = delete;
  Inner& operator=(const Inner&) = delete;

  Outcome add(ByteView input, std::string& out) {
    while (!input.empty()) {
      const ByteView part = input.first(std::min(input.size(), input_bytes_max));
      input = input.subspan(part.size());
      stream_.next_in = const_cast<Bytef*>(part.data());  // NOLINT: zlib only reads it.
      stream_.avail_in = static_cast<uInt>(part.size());
      TRY(unpack(out));
    }
    return Done{};
  }
  bool is_complete() const { return is_at_end_; }

 private:
  Outcome unpack(std::string& out) {
    do {
      if (is_at_end_) {  // Another member follows (RFC 1952, 2.2).
        if (stream_.avail_in == 0) return Done{};
        if (inflateReset(&stream_) != Z_OK) return damaged();
        is_at_end_ = false;
      }
      stream_.next_out = step_.data();
      stream_.avail_out = static_cast<uInt>(step_.size());
      const int status = inflate(&stream_, Z_NO_FLUSH);
      if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) return damaged();
      const std::size_t count = step_.size() - stream_.avail_out;
      total_ += count;
      if (total_ > bytes_max_)
        return fail(Code::full,
                    "the body unpacks to more than " + std::to_string(bytes_max_) + " bytes");
      out.append(reinterpret_cast<const char*>(step_.data()), count);
      is_at_end_ = status == Z_STREAM_END;
    } while (stream_.avail_in > 0 || stream_.avail_out == 0);
    return Done{};
  }
  static Error damaged() { return fail(Code::invalid, "the body is not gzip, or it is damaged"); }

  z_stream stream_{};
  std::array<Bytef, step_bytes> step_{};
  std::size_t bytes_max_;
  std::size_t total_ = 0;
  bool is_at_end_ = false;
};

Unzipper::Unzipper(std::size_t bytes_max) : inner_(std::make_unique<Inner>(bytes_max)) {}
Unzipper::~Unzipper() = default;
Unzipper::Unzipper(Unzipper&&) noexcept = default;
Unzipper& Unzipper::operator=(Unzipper&&) noexcept = default;
Outcome Unzipper::add(ByteView input, std::string& out) {
  return inner_->add(input, out);
}
Outcome Unzipper::finish() const {
  if (inner_->is_complete()) return Done{};
  return fail(Code::invalid, "the gzip body is cut off");
}

Result<std::string> unzipped(ByteView input, std::size_t bytes_max) {
  Unzipper unzipper(bytes_max);
  std::string out;
  TRY(unzipper.add(input, out));
  TRY(unzipper.finish());
  return out;
}

std::string zipped(ByteView input) {
  z_stream stream{};
  CHECK(deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, window_gzip, 9, Z_DEFAULT_STRATEGY) ==
        Z_OK);
  std::string out(deflateBound(&stream, input.size()), '\0');
  CHECK(input.size() < input_bytes_max);
  stream.next_in = const_cast<Bytef*>(input.data());  // NOLINT: zlib only reads it.
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace millwright::net
