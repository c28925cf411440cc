#include <cstring>

#include "base/log.hpp"
#include "base/memory_files.hpp"
#include "keep/journal/journal.hpp"
#include "keep/journal/segment.hpp"

namespace {

using namespace millwright;
using namespace millwright::keep;

// Gives the records right sums again, so that the search gets past the first of them.
void mend(Bytes& bytes) {
  std::size_t at = segment::header_size;
  while (at + segment::record_header_size <= bytes.size()) {
    std::uint32_t length = 0;
    std::memcpy(&length, bytes.data() + at + 4, sizeof length);
    if (length > bytes.size() - at - segment::record_header_size) return;
    const auto checked = ByteView(bytes).subspan(at + 4, segment::record_header_size - 4 + length);
    const std::uint32_t sum = crc32c(checked);
    std::memcpy(bytes.data() + at, &sum, sizeof sum);
    at += segment::room_of(length);
  }
}

}  // namespace

// The first byte says whether sums are mended; the others are the bytes of the only segment.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  log::set_level(log::Level::error);
  Bytes bytes(data + 1, data + size);
  if (data[0] % 2 == 1) mend(bytes);
  MemoryDisk disk;
  disk.bytes("/j/00000000000000000001.journal") = std::move(bytes);
  auto opened = Journal::open("/j", {4096, 65'536, 65'536}, std::make_unique<MemoryFiles>(disk));
  if (!opened) return 0;
  Journal& journal = **opened;
  std::uint64_t count = 0;
  const auto each = [&](Sequence at, ByteView) -> Outcome {
    CHECK(at.value == ++count);
    return Done{};
  };
  CHECK(journal.replay({0}, each).has_value());
  CHECK(count == journal.durable().value);
  CHECK(journal.append(as_bytes("next")).has_value() && journal.commit().has_value());
  count = 0;
  CHECK(journal.replay({0}, each).has_value());
  CHECK(count == journal.durable().value);
  return 0;
}
