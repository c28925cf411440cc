#include "model/document_text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace millwright {
namespace {

using Byte = unsigned char;

bool follows(std::string_view text, std::size_t i, Byte low = 0x80, Byte high = 0xBF) {
  return i < text.size() && static_cast<Byte>(text[i]) >= low && static_cast<Byte>(text[i]) <= high;
}

// Bytes of the character at i, 0 where they are no UTF-8 (Unicode 15, table 3-7).
std::size_t character_bytes(std::string_view text, std::size_t i) {
  const auto first = static_cast<Byte>(text[i]);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4) return 0;
  if (first < 0xE0) return follows(text, i + 1) ? 2 : 0;
  if (first < 0xF0) {
    const Byte low = first == 0xE0 ? 0xA0 : 0x80;
    const Byte high = first == 0xED ? 0x9F : 0xBF;
    return follows(text, i + 1, low, high) && follows(text, i + 2) ? 3 : 0;
  }
  const Byte low = first == 0xF0 ? 0x90 : 0x80;
  const Byte high = first == 0xF4 ? 0x8F : 0xBF;
  const bool is_whole = follows(text, i + 1, low, high) && follows(text, i + 2);
  return is_whole && follows(text, i + 3) ? 4 : 0;
}

std::string hexadecimal(char c) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "0x%02X", static_cast<unsigned>(static_cast<Byte>(c)));
  return text.data();
}

}  // namespace

DocumentText::DocumentText(std::string_view text) : text_(text), starts_{0} {
  for (std::size_t i = text.find('\n'); i != std::string_view::npos; i = text.find('\n', i + 1))
    starts_.push_back(i + 1);
}

std::string_view DocumentText::line(std::size_t number_from_0) const {
  if (number_from_0 >= starts_.size()) return {};
  const std::size_t start = starts_[number_from_0];
  const std::string_view rest = text_.substr(start);
  return rest.substr(0, rest.find('\n'));
}

Position DocumentText::at(std::size_t line_number, std::size_t byte_in_line) {
  if (line_number != last_line_ || byte_in_line < last_byte_) {
    last_line_ = line_number;
    last_byte_ = last_following_ = 0;
  }
  const std::string_view between =
      text_.substr(byte_of(line_number, last_byte_)).substr(0, byte_in_line - last_byte_);
  last_following_ +=
      static_cast<std::size_t>(std::count_if(between.begin(), between.end(), [](char c) {
        return (static_cast<Byte>(c) & 0xC0U) == 0x80U;
      }));
  last_byte_ = byte_in_line;
  return {static_cast<std::uint32_t>(line_number + 1),
          static_cast<std::uint32_t>(byte_in_line - last_following_ + 1)};
}

Position DocumentText::at(std::size_t byte) {
  const std::size_t inside = std::min(byte, text_.size());
  const auto after = std::upper_bound(starts_.begin(), starts_.end(), inside);
  const auto line_number = static_cast<std::size_t>(after - starts_.begin()) - 1;
  return at(line_number, inside - starts_[line_number]);
}

std::size_t DocumentText::byte_of(std::size_t line_number, std::size_t byte_in_line) const {
  if (line_number >= starts_.size()) return text_.size();
  return std::min(starts_[line_number] + byte_in_line, text_.size());
}

std::optional<Problem> wrong_character(DocumentText& document) {
  const std::string_view text = document.text();
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t bytes = character_bytes(text, i);
    if (bytes == 0) {
      return Problem{document.at(i), "",
                     "the byte " + hexadecimal(text[i]) + ", which is not UTF-8",
                     "a file saved as UTF-8", ""};
    }
    const char c = text[i];
    const bool is_control = static_cast<Byte>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t';
    if (is_control || c == 0x7F) {
      return Problem{document.at(i), "", "the control character " + hexadecimal(c),
                     "text: delete this character", ""};
    }
    i += bytes;
  }
  return std::nullopt;
}

std::string_view without_byte_order_mark(std::string_view text) {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  return text.starts_with(mark) ? text.substr(mark.size()) : text;
}

}  // namespace millwright
