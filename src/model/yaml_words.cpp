#include "model/yaml_words.hpp"

#include <array>
#include <string>

namespace millwright {
namespace {

struct Words {
  std::string_view message, found, expected;
};

constexpr std::string_view kIndent =
    "keys of one map under one another, and what belongs to a key indented by two more spaces";
constexpr std::string_view kPlainValue = "a plain value: text, a number, a list or keys";
constexpr std::string_view kEscape =
    "an escape such as \\n, \\t, \\\", \\\\ or \\u00e9, or the text in single quotes";

// Beginnings of yaml-cpp's messages, in the order in which they are tried.
constexpr std::array<Words, 15> kWords{{
    {"end of map not found", "a line that does not fit the keys above it", kIndent},
    {"end of sequence not found", "a line that does not fit the list above it",
     "each item of a list with its '-' right under the '-' above it"},
    {"illegal map value", "a ':' where no key can stand",
     "one 'key: value' in a line; a text with ': ' in quotes; keys of one map under one another"},
    {"illegal map key", "a '?' or a key where none can stand", kIndent},
    {"illegal block entry", "a '-' where no list can stand",
     "a list in the lines below its key, one '- ' an item"},
    {"illegal flow end", "a closing bracket that nothing opened", "a [ or { before it"},
    {"end of sequence flow", "a '[' that is not closed", "a ']' at the end of the list"},
    {"end of map flow", "a '{' that is not closed", "a '}' at its end"},
    {"illegal tab", "a tab", "spaces: indentation is never made of tabs"},
    {"illegal document indicator", "'---' or '...' inside a text", "the end of the quoted text"},
    {"unknown escape", "an escape that does not exist", kEscape},
    {"bad character found while scanning hex", "an escape that is no hexadecimal number", kEscape},
    {"invalid unicode", "an escape that is no character", kEscape},
    {"unknown token", "a character that cannot begin a value", "the text in quotes"},
    {"unexpected character in block scalar", "text after '|' or '>'",
     "the text in the lines below, indented"},
}};

bool is_tab_indented(std::string_view line) {
  const std::size_t end = line.find_first_not_of(" \t");
  return end != std::string_view::npos && line.substr(0, end).find('\t') != std::string_view::npos;
}

bool can_precede_quote(char c) {
  return std::string_view(" \t\n[{,").find(c) != std::string_view::npos;
}

// The quote that was opened last: the first one after the last value that was understood.
std::optional<std::size_t> open_quote(std::string_view text, std::size_t after) {
  for (std::size_t i = after; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '#' && i > 0 && (text[i - 1] == ' ' || text[i - 1] == '\n')) {
      i = std::min(text.find('\n', i), text.size());
      continue;
    }
    if ((c != '"' && c != '\'') || (i > 0 && !can_precede_quote(text[i - 1]))) continue;
    const std::size_t close = text.find(c, i + 1);
    if (close == std::string_view::npos) return i;
    // Closed on its own line: a whole value, as most are.
    if (text.substr(i, close - i).find('\n') != std::string_view::npos) return i;
    i = close;
  }
  return std::nullopt;
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
  if (trouble.message.starts_with("illegal EOF")) {
    const auto quote = open_quote(document.text(), trouble.last_value_byte);
    return {quote ? document.at(*quote) : at, "", "a quote that is never closed",
            "the same quote at the end of the text", ""};
  }
  if (trouble.open_bracket &&
      (trouble.open_bracket->line < at.line || trouble.message.starts_with("end of"))) {
    return {*trouble.open_bracket, "",
            "a bracket that is not closed up to line " + std::to_string(at.line),
            "its closing bracket, ']' or '}'", ""};
  }
  for (const Words& words : kWords) {
    if (trouble.message.starts_with(words.message))
      return {at, "", std::string(words.found), std::string(words.expected), ""};
  }
  return {at, "", "something that is not YAML", std::string(kPlainValue), ""};
}

}  // namespace millwright
