#include "keep/journal/snapshot.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace millwright::keep {
namespace {

constexpr std::string_view magic = "MWSNAP\n\x02";
constexpr std::size_t header = 40, summed = 36;  // bytes; the sum speaks of the first 36
// The form before: without the place from which records are needed.
constexpr std::string_view first_magic = "MWSNAP\n\x01";
constexpr std::size_t first_header = 32, first_summed = 24;
constexpr std::size_t number_digits = 20;

}  // namespace

Bytes snapshot_bytes(const flow::Journal::Snapshot& snapshot) {
  Bytes file;
  file.reserve(header + snapshot.bytes.size());
  Writer out(file);
  out.raw(as_bytes(magic));
  out.fixed(snapshot.at.value);
  out.fixed(std::uint64_t{snapshot.bytes.size()});
  out.fixed(snapshot.needs.value_or(snapshot.at).value);
  out.fixed(std::uint32_t{0});
  out.fixed(crc32c(snapshot.bytes, crc32c(ByteView(file).first(summed))));
  out.raw(snapshot.bytes);
  return file;
}

std::optional<flow::Journal::Snapshot> snapshot_of(Bytes file) {
  const auto begins = [&](std::string_view with) {
    return file.size() >= with.size() &&
           std::equal(with.begin(), with.end(), file.begin(),
                      [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
  };
  const bool is_first_form = begins(first_magic);
  const std::size_t head = is_first_form ? first_header : header;
  if ((!is_first_form && !begins(magic)) || file.size() < head) return std::nullopt;
  std::uint64_t at = 0, length = 0, needs = 0;
  std::uint32_t sum = 0;
  std::memcpy(&at, file.data() + 8, 8);
  std::memcpy(&length, file.data() + 16, 8);
  std::memcpy(&needs, file.data() + (is_first_form ? 8 : 24), 8);
  std::memcpy(&sum, file.data() + head - 4, 4);
  const ByteView all(file);
  const auto checked = all.first(is_first_form ? first_summed : summed);
  if (length != file.size() - head || needs > at ||
      sum != crc32c(all.subspan(head), crc32c(checked)))
    return std::nullopt;
  file.erase(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(head));
  return flow::Journal::Snapshot{{at}, std::move(file), Sequence{needs}};
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
