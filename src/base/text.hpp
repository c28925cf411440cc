#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace millwright {

std::string_view trimmed(std::string_view text);
std::vector<std::string_view> split(std::string_view text, char at);

// ASCII letters in lower case; all else as it is.
std::string lower(std::string_view text);
// Whether two texts are the same but for the case of ASCII letters.
bool same_letters(std::string_view a, std::string_view b);

// The word of `known` that a person most likely meant: at most a third of the letters differ
// (Damerau-Levenshtein distance). Nothing when none is near. Shape: word and known words of at most
// 64 bytes.
std::optional<std::string_view> nearest(std::string_view word,
                                        std::span<const std::string_view> known);

// Whether a path fits a pattern: `*` stands for any letters but '/', `**` for any letters at all.
bool matches(std::string_view path, std::string_view pattern);
// Has it a star?
bool is_pattern(std::string_view text);

// `word` as the inside of a JSON string: quotes, backslashes and control characters escaped.
std::string json_escaped(std::string_view text);

}  // namespace millwright
