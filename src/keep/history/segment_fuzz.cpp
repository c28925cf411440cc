// Foreign bytes as the file of a segment that grows, and of one with an index: every column is
// read, or refused with a sentence that names the file.
#include <algorithm>
#include <cstring>

#include "base/memory_files.hpp"
#include "keep/history/segment.hpp"

namespace {

using namespace millwright;
using namespace millwright::keep;

constexpr Segment::Identity identity{1, 20'000};

// Gives the heads of the frames right sums again, so that the search gets past the first of them.
void mend(Bytes& bytes) {
  std::size_t at = Segment::header_bytes;
  while (at + frame_header_bytes <= bytes.size()) {
    std::uint32_t size = 0, count = 0;
    std::memcpy(&size, bytes.data() + at + 4, sizeof size);
    std::memcpy(&count, bytes.data() + at + 8, sizeof count);
    if (size < frame_header_bytes || size > bytes.size() - at || count > frame_entries_max) return;
    if (frame_header_bytes + count * sizeof(Entry) > size) return;
    const ByteView head = ByteView(bytes).subspan(at, 12);
    const ByteView entries =
        ByteView(bytes).subspan(at + frame_header_bytes, count * sizeof(Entry));
    const std::uint32_t sum = crc32c(entries, crc32c(head));
    std::memcpy(bytes.data() + at + 12, &sum, sizeof sum);
    at += size;
  }
}

void read_all(const Segment& segment) {
  std::vector<Entry> entries;
  segment.each_entry([&](const Entry& entry) { entries.push_back(entry); });
  for (const Entry& entry : entries) {
    std::vector<Entry> found;
    segment.find({entry.tag}, Instant::min(), Instant::max(), Segment::Rows::standing, found);
    const auto column = segment.column(entry);
    if (!column) {
      CHECK(column.error().what.find(segment.path()) != std::string::npos);
      continue;
    }
    const auto rows = column->all();
    if (!rows) continue;
    CHECK(rows->qualities.empty() || rows->qualities.size() == rows->size());
    CHECK(rows->kind == Kind::text ? rows->texts.size() == rows->size()
                                   : rows->values.size() == rows->size());
  }
  const Outcome verified = segment.verify();
  CHECK(verified || !verified.error().what.empty());
}

}  // namespace

// The first byte says whether sums are mended; the others are the bytes of the file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  Bytes bytes(data + 1, data + size);
  if (data[0] % 2 == 1) mend(bytes);
  MemoryDisk disk;
  const std::uint64_t all = bytes.size();
  disk.bytes("/h/" + Segment::name_of(identity)) = std::move(bytes);
  MemoryFiles files(disk);
  for (const std::uint64_t counted : {all, all / 2}) {
    if (const auto growing = Segment::open(files, "/h", identity, counted, Segment::Access::read))
      read_all(**growing);
    if (const auto sealed = Segment::open_sealed(files, "/h", identity, counted))
      read_all(**sealed);
  }
  return 0;
}
