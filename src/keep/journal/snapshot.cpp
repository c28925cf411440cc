#include "keep/journal/snapshot.hpp"

#include <algorithm>
#include <charconv>

namespace millwright::keep {
namespace {

constexpr std::string_view magic = "MWSNAP\n\x01";
constexpr std::size_t header = 32;
constexpr std::size_t number_digits = 20;

}  // namespace

Bytes snapshot_bytes(const flow::Journal::Snapshot& snapshot) {
  Bytes file;
  file.reserve(header + snapshot.bytes.size());
  Writer out(file);
  out.raw(as_bytes(magic));
  out.fixed(snapshot.at.value);
  out.fixed(std::uint64_t{snapshot.bytes.size()});
  out.fixed(std::uint32_t{0});
  out.fixed(crc32c(snapshot.bytes, crc32c(ByteView(file).first(24))));
  out.raw(snapshot.bytes);
  return file;
}

std::optional<flow::Journal::Snapshot> snapshot_of(Bytes file) {
  if (file.size() < header) return std::nullopt;
  std::uint64_t at = 0, length = 0;
  std::uint32_t sum = 0;
  std::memcpy(&at, file.data() + 8, 8);
  std::memcpy(&length, file.data() + 16, 8);
  std::memcpy(&sum, file.data() + 28, 4);
  const ByteView all(file);
  if (!std::equal(all.begin(), all.begin() + 8, as_bytes(magic).begin()) ||
      length != file.size() - header || sum != crc32c(all.subspan(header), crc32c(all.first(24))))
    return std::nullopt;
  file.erase(file.begin(), file.begin() + header);
  return flow::Journal::Snapshot{{at}, std::move(file)};
}

std::string numbered(Sequence number, std::string_view suffix) {
  const std::string digits = std::to_string(number.value);
  return std::string(number_digits - digits.size(), '0') + digits + std::string(suffix);
}

std::optional<Sequence> number_of(const std::string& name, std::string_view suffix) {
  if (name.size() != number_digits + suffix.size() || !name.ends_with(suffix)) return std::nullopt;
  Sequence number;
  const char* const end = name.data() + number_digits;
  const auto read = std::from_chars(name.data(), end, number.value);
  if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  return number;
}

}  // namespace millwright::keep
