#include "model/yaml_words.hpp"

#include <array>
#include <string>

#include "base/text.hpp"

namespace millwright {
namespace {

struct Words {
  std::string_view message, found, expected;
};

constexpr std::string_view indent =
    "'key: value' with a space after ':', keys of one map under one another, and what belongs to a "
    "key two spaces further in";
constexpr std::string_view plain_value = "a plain value: text, a number, a list or keys";
constexpr std::string_view escape_words =
    "an escape such as \\n, \\t, \\\", \\\\ or \\u00e9, or the text in single quotes";

// Beginnings of yaml-cpp's messages, in the order in which they are tried.
constexpr std::array<Words, 16> word_list{{
    {"the referenced anchor", "an alias ('*')", "the value itself: a plant file has no aliases"},
    {"end of map not found", "a line that does not fit the keys above it", indent},
    {"end of sequence not found", "a line that does not fit the list above it",
     "each item of a list with its '-' right under the '-' above it"},
    {"illegal map value", "a ':' where no key can stand",
     "one 'key: value' in a line; a text with ': ' in quotes; keys of one map under one another"},
    {"illegal map key", "a '?' or a key where none can stand", indent},
    {"illegal block entry", "a '-' where no list can stand",
     "a list in the lines below its key, one '- ' an item"},
    {"illegal flow end", "a closing bracket that does not fit", "a [ before a ], a { before a }"},
    {"end of sequence flow", "a '[' that is not closed", "a ']' at the end of the list"},
    {"end of map flow", "a '{' that is not closed", "a '}' at its end"},
    {"illegal tab", "a tab", "spaces: indentation is never made of tabs"},
    {"illegal document indicator", "'---' or '...' inside a text", "the end of the quoted text"},
    {"unknown escape", "an escape that does not exist", escape_words},
    {"bad character found while scanning hex", "an escape that is no hexadecimal number",
     escape_words},
    {"invalid unicode", "an escape that is no character", escape_words},
    {"unknown token", "a character that cannot begin a value", "the text in quotes"},
    {"unexpected character in block scalar", "text after '|' or '>'",
     "the text in the lines below, indented"},
}};

bool is_tab_indented(std::string_view line) {
  const std::size_t end = line.find_first_not_of(" \t");
  return end != std::string_view::npos && line.substr(0, end).find('\t') != std::string_view::npos;
}

// Where "key:value" in a line lacks its space.
std::optional<std::size_t> colon_without_space(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" -");
  const std::size_t colon = line.find(':');
  if (first == std::string_view::npos || colon == std::string_view::npos) return std::nullopt;
  const bool is_word =
      line.substr(first, colon - first).find_first_of(" \"'{[#") == std::string_view::npos;
  const bool is_followed = colon + 1 < line.size() && line[colon + 1] > ' ';
  return is_word && is_followed ? std::optional(colon) : std::nullopt;
}

// Whether the last character before the place is a quote.
bool is_after_quote(std::string_view line, std::size_t byte_in_line) {
  const std::string_view before = trimmed(line.substr(0, byte_in_line));
  return before.ends_with('\'') || before.ends_with('"');
}

}  // namespace

Problem in_words(const SyntaxTrouble& trouble, DocumentText& document) {
  const Position at = document.at(trouble.line, trouble.byte_in_line);
  for (const std::size_t back : {0U, 1U}) {
    if (trouble.line < back || !is_tab_indented(document.line(trouble.line - back))) continue;
    const std::size_t tab = document.line(trouble.line - back).find('\t');
    return {document.at(trouble.line - back, tab), "", "a tab",
            "spaces: indentation is never made of tabs", ""};
  }
  if (trouble.message.starts_with("illegal EOF")) return unclosed_quote(at);
  if (trouble.long_quote && trouble.long_quote->last_line == at.line) {
    return {trouble.long_quote->at, "",
            "a quote that is closed only in line " + std::to_string(at.line),
            "the same quote at the end of the text", ""};
  }
  if (is_after_quote(document.line(trouble.line), trouble.byte_in_line)) {
    return {at, "", "text after a closing quote",
            "a quote inside a text written twice, 'it''s', or the text in the other quotes", ""};
  }
  if (trouble.open_bracket &&
      (trouble.open_bracket->line < at.line || trouble.message.starts_with("end of"))) {
    return {*trouble.open_bracket, "",
            "a bracket that is not closed up to line " + std::to_string(at.line),
            "its closing bracket, ']' or '}'", ""};
  }
  if (trouble.message.starts_with("illegal map value") && trouble.line > 0) {
    if (const auto colon = colon_without_space(document.line(trouble.line - 1))) {
      return {document.at(trouble.line - 1, *colon), "", "a ':' without a space after it",
              "'key: value'", ""};
    }
  }
  for (const Words& words : word_list) {
    if (trouble.message.starts_with(words.message))
      return {at, "", std::string(words.found), std::string(words.expected), ""};
  }
  return {at, "", "something that is not YAML", std::string(plain_value), ""};
}

std::optional<std::size_t> end_of_quoted(std::string_view text, std::size_t first) {
  const char quote = first < text.size() ? text[first] : ' ';
  if (quote != '"' && quote != '\'') return first;
  for (std::size_t i = first + 1; i < text.size(); ++i) {
    const bool is_escape = quote == '"' ? text[i] == '\\' : text.substr(i, 2) == "''";
    if (is_escape) {
      ++i;
    } else if (text[i] == quote) {
      return i + 1;
    }
  }
  return std::nullopt;
}

bool is_closed_bracket(std::string_view text, std::size_t first) {
  std::size_t depth = 0;
  for (std::size_t i = first; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '[' || c == '{') ++depth;
    if ((c == ']' || c == '}') && --depth == 0) return true;
    const bool is_quote_start =
        (c == '"' || c == '\'') &&
        std::string_view(" [{,\n").find(text[i - 1]) != std::string_view::npos;
    if (!is_quote_start || i == first) continue;
    const auto end = end_of_quoted(text, i);
    if (!end) return false;
    i = *end - 1;
  }
  return false;
}

Problem unclosed_bracket(Position at) {
  return {at, "", "a bracket that is never closed", "its closing bracket, ']' or '}'", ""};
}

Problem unclosed_quote(Position at) {
  return {at, "", "a quote that is never closed", "the same quote at the end of the text", ""};
}

}  // namespace millwright
