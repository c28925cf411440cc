#include "math/codec/zstd.hpp"

#include <zstd.h>

#include <string>

namespace millwright::math {

namespace {
constexpr int level = 1;
// Noise is full of short repetitions, which cost more than its bytes do when these are coded alone.
constexpr int repetition_min = 7;
}  // namespace

void deflate_zstd(ByteView bytes, Bytes& out) {
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  CHECK(context != nullptr);
  ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level);
  ZSTD_CCtx_setParameter(context, ZSTD_c_minMatch, repetition_min);
  const std::size_t at = out.size();
  out.resize(at + ZSTD_compressBound(bytes.size()));
  const std::size_t size =
      ZSTD_compress2(context, out.data() + at, out.size() - at, bytes.data(), bytes.size());
  ZSTD_freeCCtx(context);
  CHECK(ZSTD_isError(size) == 0);
  out.resize(at + size);
}

Outcome inflate_zstd(ByteView frame, std::size_t size, Bytes& out) {
  if (ZSTD_getFrameContentSize(frame.data(), frame.size()) != size)
    return fail(Code::corrupt, "a zstd frame is not of the size that the block says");
  out.resize(size);
  const std::size_t got = ZSTD_decompress(out.data(), size, frame.data(), frame.size());
  if (ZSTD_isError(got) != 0 || got != size)
    return fail(Code::corrupt, std::string("a zstd frame cannot be unpacked: ") +
                                   (ZSTD_isError(got) != 0 ? ZSTD_getErrorName(got) : "too short"));
  return Done{};
}

}  // namespace millwright::math
