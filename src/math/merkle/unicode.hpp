#pragma once

#include <string_view>

namespace millwright::math {

// RFC 3629: shortest forms, no surrogates, nothing beyond U+10FFFF.
bool is_utf8(std::string_view text);
// A space of any script: the characters that Unicode calls White_Space. Shape: text is UTF-8.
bool has_space(std::string_view text);

}  // namespace millwright::math
