#include "keep/journal/segment.hpp"

#include <algorithm>
#include <cstring>
#include <optional>

namespace millwright::keep::segment {
namespace {

constexpr std::string_view magic = "MWJRNL\n\x01";

struct Record {
  Sequence sequence;
  std::size_t group_start, end;
  ByteView bytes;
};

template <class T>
T number_at(ByteView bytes, std::size_t at) {
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

// The record at a place, when it is whole.
std::optional<Record> record_at(ByteView file, std::size_t at) {
  if (at + record_header_size > file.size()) return std::nullopt;
  const auto length = number_at<std::uint32_t>(file, at + 4);
  const auto back = number_at<std::uint32_t>(file, at + 16);
  if (length > file.size() - at - record_header_size || back > at - header_size)
    return std::nullopt;
  const auto checked = file.subspan(at + 4, record_header_size - 4 + length);
  if (number_at<std::uint32_t>(file, at) != crc32c(checked)) return std::nullopt;
  const Sequence sequence{number_at<std::uint64_t>(file, at + 8)};
  return Record{sequence, at - back, at + room_of(length), checked.subspan(record_header_size - 4)};
}

bool is_zero(ByteView bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
}

// A group is written only when the group before it is on stable storage. So a whole record of a
// group that began after `at` proves that what stood at `at` was durable, and has been damaged.
bool has_later_group(ByteView file, std::size_t at, Sequence expected) {
  const std::uint64_t sequence_max = expected.value + file.size() / record_header_size;
  for (std::size_t place = at + 8; place + record_header_size <= file.size(); place += 8) {
    const auto sequence = number_at<std::uint64_t>(file, place + 8);
    if (sequence <= expected.value || sequence > sequence_max) continue;
    const auto record = record_at(file, place);
    if (record && record->group_start > at) return true;
  }
  return false;
}

Error damaged(const std::string& name, std::size_t at, const std::string& what) {
  return fail(Code::corrupt, name + " is damaged at byte " + std::to_string(at) + ": " + what +
                                 ". Restore the data folder from a backup");
}

Outcome check_header(ByteView file, Sequence first, const std::string& name) {
  const Bytes expected = header(first);
  if (file.size() < header_size || !std::equal(expected.begin(), expected.end(), file.begin()))
    return damaged(name, 0,
                   "this is not the header of a journal segment that begins with number " +
                       std::to_string(first.value));
  return Done{};
}

}  // namespace

Bytes header(Sequence first) {
  Bytes bytes;
  Writer out(bytes);
  out.raw(as_bytes(magic));
  out.fixed(first.value);
  out.fixed(crc32c(bytes));
  out.fixed(std::uint32_t{0});
  return bytes;
}

void append(Bytes& group, Sequence sequence, ByteView bytes) {
  const std::size_t start = group.size();
  Writer out(group);
  out.fixed(std::uint32_t{0});
  out.fixed(static_cast<std::uint32_t>(bytes.size()));
  out.fixed(sequence.value);
  out.fixed(static_cast<std::uint32_t>(start));
  out.fixed(std::uint32_t{0});
  out.raw(bytes);
  const std::uint32_t sum = crc32c(ByteView(group).subspan(start + 4));
  std::memcpy(group.data() + start, &sum, sizeof sum);
  group.resize(start + room_of(bytes.size()));
}

Result<Scan> scan(ByteView file, Sequence first, Tail tail, const std::string& name,
                  const Each& each) {
  TRY(check_header(file, first, name));
  Scan scan{{first.value - 1}, header_size, 0};
  while (const auto record = record_at(file, scan.end)) {
    const Sequence expected{scan.last.value + 1};
    if (record->sequence != expected)
      return damaged(name, scan.end,
                     "record " + std::to_string(record->sequence.value) + " stands where " +
                         std::to_string(expected.value) + " is expected");
    TRY(each(record->sequence, record->bytes));
    scan.last = record->sequence;
    scan.end = record->end;  // the zeros that fill it up may lie beyond a cut
  }
  const ByteView rest = file.subspan(std::min(scan.end, file.size()));
  if (is_zero(rest)) return scan;
  const Sequence expected{scan.last.value + 1};
  if (tail == Tail::must_be_whole || has_later_group(file, scan.end, expected))
    return damaged(
        name, scan.end,
        "record " + std::to_string(expected.value) + " does not check, and later ones do");
  scan.torn_bytes = rest.size();
  return scan;
}

}  // namespace millwright::keep::segment
