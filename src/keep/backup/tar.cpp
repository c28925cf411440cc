#include "keep/backup/tar.hpp"

#include <algorithm>
#include <span>

#include "base/text.hpp"

namespace millwright::keep::tar {
namespace {

// Where the parts of a header lie.
struct Part {
  std::size_t at, size;
};
constexpr Part name_part{0, 100}, mode_part{100, 8}, user_part{108, 8}, group_part{116, 8},
    size_part{124, 12}, time_part{136, 12}, sum_part{148, 8}, type_part{156, 1}, magic_part{257, 8},
    prefix_part{345, 155};
constexpr std::string_view magic{"ustar\00000", 8};
constexpr std::uint64_t octal_size_max = 077777777777;
constexpr std::uint32_t mode_max = 0777;
constexpr std::uint8_t base256_mark = 0x80;

void put(Block& block, Part part, std::string_view text) {
  std::copy(text.begin(), text.end(), block.begin() + static_cast<std::ptrdiff_t>(part.at));
}

// Octal digits with leading zeros; the last byte of the part stays zero.
void put_octal(Block& block, Part part, std::uint64_t number) {
  for (std::size_t i = part.size - 1; i > 0; --i, number /= 8)
    block[part.at + i - 1] = static_cast<std::uint8_t>('0' + number % 8);
}

void put_size(Block& block, std::uint64_t bytes) {
  if (bytes <= octal_size_max) return put_octal(block, size_part, bytes);
  block[size_part.at] = base256_mark;
  for (std::size_t i = size_part.size - 1; i > 0; --i, bytes /= 256)
    block[size_part.at + i] = static_cast<std::uint8_t>(bytes % 256);
}

std::uint64_t get_octal(const Block& block, Part part) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i + 1 < part.size; ++i)
    number = number * 8 + (block[part.at + i] & 7U);
  return number;
}

std::uint64_t get_size(const Block& block) {
  if (block[size_part.at] != base256_mark) return get_octal(block, size_part);
  std::uint64_t number = 0;
  for (std::size_t i = 1; i < size_part.size; ++i)
    number = number * 256 + block[size_part.at + i];
  return number;
}

std::string get_text(const Block& block, Part part) {
  const auto begin = block.begin() + static_cast<std::ptrdiff_t>(part.at);
  return {begin, std::find(begin, begin + static_cast<std::ptrdiff_t>(part.size), 0)};
}

// Where a long name is cut into prefix and name; npos: it fits nowhere.
std::size_t cut_of(const std::string& name) {
  if (name.size() <= name_part.size) return 0;
  const std::size_t cut = name.find('/', name.size() - name_part.size - 1);
  return cut <= prefix_part.size ? cut : std::string::npos;
}

}  // namespace

bool is_good_name(const std::string& name) {
  if (name.empty() || name.size() > name_bytes_max || cut_of(name) == std::string::npos)
    return false;
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 127; };
  if (std::any_of(name.begin(), name.end(), is_control)) return false;
  const std::vector<std::string_view> parts = split(name, '/');
  return std::all_of(parts.begin(), parts.end(), [](std::string_view part) {
    return !part.empty() && part != "." && part != "..";
  });
}

Block to_block(const Header& header) {
  CHECK(is_good_name(header.name) && header.bytes <= file_bytes_max);
  Block block{};
  const std::size_t cut = cut_of(header.name);
  if (cut > 0) put(block, prefix_part, std::string_view(header.name).substr(0, cut));
  put(block, name_part, std::string_view(header.name).substr(cut > 0 ? cut + 1 : 0));
  put_octal(block, mode_part, header.mode & mode_max);
  put_octal(block, user_part, 0);
  put_octal(block, group_part, 0);
  put_size(block, header.bytes);
  put_octal(block, time_part, header.time & octal_size_max);
  put(block, type_part, "0");
  put(block, magic_part, magic);
  put(block, sum_part, "        ");
  std::uint64_t sum = 0;
  for (const std::uint8_t byte : block)
    sum += byte;
  put_octal(block, {sum_part.at, sum_part.size - 1}, sum);
  block[sum_part.at + 6] = 0;
  return block;
}

Result<Header> to_header(const Block& block) {
  Header header;
  const std::string prefix = get_text(block, prefix_part);
  header.name = prefix + (prefix.empty() ? "" : "/") + get_text(block, name_part);
  header.mode = static_cast<std::uint32_t>(get_octal(block, mode_part)) & mode_max;
  header.bytes = get_size(block);
  header.time = get_octal(block, time_part);
  if (!is_good_name(header.name))
    return fail(Code::corrupt, "a file has the name '" + json_escaped(header.name.substr(0, 100)) +
                                   "', which no backup has");
  if (header.bytes > file_bytes_max || to_block(header) != block)
    return fail(Code::corrupt, header.name + ": its header was changed");
  return header;
}

}  // namespace millwright::keep::tar
