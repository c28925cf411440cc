// Any bytes as the frames of a recording: their sums are set right, so that what lies behind is
// reached. The first byte says how the bytes are cut on their way.
#include <algorithm>

#include "net/recording/frames.hpp"

using namespace millwright;
using namespace millwright::net;

namespace {

Bytes with_right_sums(ByteView content) {
  Bytes bytes;
  Writer out(bytes);
  out.raw(as_bytes(recording_magic));
  while (!content.empty()) {
    const std::size_t size = std::min<std::size_t>(content.front(), content.size() - 1);
    const ByteView frame = content.subspan(1, size);
    out.fixed(static_cast<std::uint32_t>(size));
    out.fixed(crc32c(frame));
    out.raw(frame);
    content = content.subspan(1 + size);
  }
  return bytes;
}

std::size_t rows_of(const RecordedFrame& frame) {
  if (const auto* block = std::get_if<RecordedBlock>(&frame)) {
    for (const RecordedColumn& column : block->columns)
      CHECK(column.values.size() == block->times.size());
    return block->times.size();
  }
  const auto* events = std::get_if<RecordedEvents>(&frame);
  return events == nullptr ? 0 : events->rows.size();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView given(data + 1, size - 1);
  const Bytes bytes = data[0] % 2 == 0 ? Bytes(given.begin(), given.end()) : with_right_sums(given);
  RecordingReader reader;
  const std::size_t step = 1 + data[0] % 64U;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    reader.feed(ByteView(bytes).subspan(at, std::min(step, bytes.size() - at)));
    while (true) {
      const auto frame = reader.next();
      if (!frame) return 0;
      if (!*frame) break;
      CHECK(rows_of(**frame) <= recording_rows_max);
    }
  }
  static_cast<void>(read_recording_ask(given));
  return 0;
}
