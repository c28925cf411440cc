#pragma once

#include "base/bytes.hpp"

namespace millwright::math {

// Appends `bytes` as one zstd frame of level 1.
void deflate_zstd(ByteView bytes, Bytes& out);
// Into `out`, which becomes `size` bytes. Errors: corrupt, when the frame is not of that size.
Outcome inflate_zstd(ByteView frame, std::size_t size, Bytes& out);

}  // namespace millwright::math
