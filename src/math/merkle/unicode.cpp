#include "math/merkle/unicode.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace millwright::math {
namespace {

constexpr std::array<char32_t, 25> spaces{0x09,   0x0A,   0x0B,   0x0C,   0x0D,   0x20,   0x85,
                                          0xA0,   0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004,
                                          0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200A, 0x2028,
                                          0x2029, 0x202F, 0x205F, 0x3000};

struct Form {
  std::uint8_t mask, lead;
  std::size_t size;
  char32_t least;
};
constexpr std::array<Form, 4> forms{
    {{0x80, 0x00, 1, 0}, {0xE0, 0xC0, 2, 0x80}, {0xF0, 0xE0, 3, 0x800}, {0xF8, 0xF0, 4, 0x10000}}};

// Takes one character from the front; nothing when there is no good one.
std::optional<char32_t> take_character(std::string_view& text) {
  const auto first = static_cast<std::uint8_t>(text.front());
  const auto* const form = std::find_if(forms.begin(), forms.end(),
                                        [&](const Form& f) { return (first & f.mask) == f.lead; });
  if (form == forms.end() || text.size() < form->size) return {};
  char32_t character = first & static_cast<std::uint8_t>(~form->mask);
  for (std::size_t i = 1; i < form->size; ++i) {
    const auto next = static_cast<std::uint8_t>(text[i]);
    if ((next & 0xC0U) != 0x80) return {};
    character = character << 6U | (next & 0x3FU);
  }
  const bool is_surrogate = character >= 0xD800 && character <= 0xDFFF;
  if (character < form->least || is_surrogate || character > 0x10FFFF) return {};
  text.remove_prefix(form->size);
  return character;
}

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    if (!take_character(text)) return false;
  }
  return true;
}

bool has_space(std::string_view text) {
  while (!text.empty()) {
    const auto character = take_character(text);
    if (!character) return false;
    if (std::find(spaces.begin(), spaces.end(), *character) != spaces.end()) return true;
  }
  return false;
}

}  // namespace millwright::math
