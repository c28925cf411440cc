#include "keep/ledger/frames.hpp"

#include <algorithm>
#include <cstring>

namespace millwright::keep::frames {
namespace {

constexpr std::string_view magic = "MWLEDG\n\x01";
constexpr std::string_view index_magic = "MWLEND\n\x01";
constexpr std::size_t index_frame = 24;  // magic, count, checksum, zeros

template <class T>
T number_at(ByteView bytes, std::size_t at) {
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

constexpr std::size_t room_of(std::size_t leaf, std::size_t attached) {
  return (frame_head + leaf + attached + 7) & ~std::size_t{7};
}

}  // namespace

Bytes header(std::uint64_t first) {
  Bytes bytes;
  Writer out(bytes);
  out.raw(as_bytes(magic));
  out.fixed(first);
  out.fixed(crc32c(bytes));
  out.fixed(std::uint32_t{0});
  return bytes;
}

void append(Bytes& bytes, std::uint64_t number, ByteView leaf, ByteView attached) {
  const std::size_t start = bytes.size();
  Writer out(bytes);
  out.fixed(std::uint32_t{0});
  out.fixed(static_cast<std::uint32_t>(leaf.size()));
  out.fixed(number);
  out.fixed(static_cast<std::uint32_t>(attached.size()));
  out.fixed(std::uint32_t{0});
  out.raw(leaf);
  out.raw(attached);
  const std::uint32_t sum = crc32c(ByteView(bytes).subspan(start + 4));
  std::memcpy(bytes.data() + start, &sum, sizeof sum);
  bytes.resize(start + room_of(leaf.size(), attached.size()));
}

std::optional<Frame> frame_at(ByteView file, std::size_t at) {
  if (at > file.size() || file.size() - at < frame_head) return {};
  const std::size_t left = file.size() - at - frame_head;
  const std::size_t leaf = number_at<std::uint32_t>(file, at + 4);
  const std::size_t attached = number_at<std::uint32_t>(file, at + 16);
  if (leaf > left || attached > left - leaf) return {};
  const ByteView checked = file.subspan(at + 4, frame_head - 4 + leaf + attached);
  if (number_at<std::uint32_t>(file, at) != crc32c(checked)) return {};
  return Frame{number_at<std::uint64_t>(file, at + 8), file.subspan(at + frame_head, leaf),
               file.subspan(at + frame_head + leaf, attached), at + room_of(leaf, attached)};
}

std::size_t index_size(std::uint64_t records) {
  return index_frame + 8 * ((records + bundle_records - 1) / bundle_records);
}

// Places, count, magic, checksum: read from the end.
Bytes index_bytes(const Index& index) {
  CHECK(index.places.size() == (index.records + bundle_records - 1) / bundle_records);
  Bytes bytes;
  Writer out(bytes);
  for (const std::uint64_t place : index.places)
    out.fixed(place);
  out.fixed(index.records);
  out.raw(as_bytes(index_magic));
  out.fixed(crc32c(bytes));
  out.fixed(std::uint32_t{0});
  return bytes;
}

std::optional<Index> index_of(ByteView tail) {
  if (tail.size() < index_frame) return {};
  const ByteView end = tail.last(index_frame);
  const ByteView found = end.subspan(8, index_magic.size());
  const auto records = number_at<std::uint64_t>(end, 0);
  if (!std::equal(found.begin(), found.end(), as_bytes(index_magic).begin()) ||
      records > index_bytes_max || index_size(records) > tail.size())
    return {};
  const ByteView whole = tail.last(index_size(records));
  if (number_at<std::uint32_t>(end, 16) != crc32c(whole.first(whole.size() - 8))) return {};
  Index index{records, {}};
  for (std::size_t at = 0; at + index_frame < whole.size(); at += 8)
    index.places.push_back(number_at<std::uint64_t>(whole, at));
  return index;
}

Outcome check_header(ByteView file, std::uint64_t first, const std::string& name) {
  const Bytes expected = header(first);
  if (file.size() >= header_size && std::equal(expected.begin(), expected.end(), file.begin()))
    return Done{};
  return fail(Code::corrupt, name +
                                 " is damaged at byte 0: this is not the header of a ledger file "
                                 "that begins with record " +
                                 std::to_string(first));
}

}  // namespace millwright::keep::frames
