// Foreign bytes as a file of records, as an index, as a leaf, as the file of people and as the
// whole folder of a ledger: read within their bounds, or refused with a sentence.
#include "base/memory_files.hpp"
#include "keep/ledger/people.hpp"
#include "keep/ledger/store.hpp"
#include "keep/ledger/verify.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace millwright;
  using namespace millwright::keep;
  const ByteView bytes(data, size);
  std::size_t at = 0;
  while (const auto frame = frames::frame_at(bytes, at)) {
    CHECK(frame->end > at && frame->leaf.size() + frame->attached.size() <= size);
    at = frame->end;
  }
  if (const auto index = frames::index_of(bytes))
    CHECK(frames::index_of(frames::index_bytes(*index))->places == index->places);
  const auto record = read_record(bytes, {});
  if (record) {
    Reader in(record->content);
    static_cast<void>(read_what(in));
  }
  MemoryDisk disk;
  disk.bytes("/l/people").assign(bytes.begin(), bytes.end());
  disk.bytes("/l/" + records_name(0)).assign(bytes.begin(), bytes.end());
  MemoryFiles files(disk);
  const auto people = People::open(files, "/l");
  if (!people) CHECK(!people.error().what.empty());
  const auto report = verify_ledger(files, "/l", {});
  CHECK(report.has_value());
  // Nobody signed it.
  CHECK(!report->problems.empty());
  const auto store = Store::open(files, "/l", "fuzz", {});
  if (store) CHECK((*store)->size() == report->records);
  return 0;
}
