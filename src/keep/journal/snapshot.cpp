#include "keep/journal/snapshot.hpp"

#include <algorithm>
#include <charconv>

namespace millwright::keep {
namespace {

constexpr std::string_view kMagic = "MWSNAP\n\x01";
constexpr std::size_t kHeader = 32;
constexpr std::size_t kDigits = 20;

}  // namespace

Bytes snapshot_bytes(const flow::Journal::Snapshot& snapshot) {
  Bytes file;
  file.reserve(kHeader + snapshot.bytes.size());
  Writer out(file);
  out.raw(as_bytes(kMagic));
  out.fixed(snapshot.at.value);
  out.fixed(std::uint64_t{snapshot.bytes.size()});
  out.fixed(std::uint32_t{0});
  out.fixed(crc32c(snapshot.bytes, crc32c(ByteView(file).first(24))));
  out.raw(snapshot.bytes);
  return file;
}

std::optional<flow::Journal::Snapshot> snapshot_of(Bytes file) {
  if (file.size() < kHeader) return std::nullopt;
  std::uint64_t at = 0, length = 0;
  std::uint32_t sum = 0;
  std::memcpy(&at, file.data() + 8, 8);
  std::memcpy(&length, file.data() + 16, 8);
  std::memcpy(&sum, file.data() + 28, 4);
  const ByteView all(file);
  if (!std::equal(all.begin(), all.begin() + 8, as_bytes(kMagic).begin()) ||
      length != file.size() - kHeader || sum != crc32c(all.subspan(kHeader), crc32c(all.first(24))))
    return std::nullopt;
  file.erase(file.begin(), file.begin() + kHeader);
  return flow::Journal::Snapshot{{at}, std::move(file)};
}

std::string numbered(Sequence number, std::string_view suffix) {
  const std::string digits = std::to_string(number.value);
  return std::string(kDigits - digits.size(), '0') + digits + std::string(suffix);
}

std::optional<Sequence> number_of(const std::string& name, std::string_view suffix) {
  if (name.size() != kDigits + suffix.size() || !name.ends_with(suffix)) return std::nullopt;
  Sequence number;
  const char* const end = name.data() + kDigits;
  const auto read = std::from_chars(name.data(), end, number.value);
  if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  return number;
}

}  // namespace millwright::keep
