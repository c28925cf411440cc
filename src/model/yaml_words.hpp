#pragma once

#include <optional>
#include <string_view>

#include "model/document_text.hpp"

namespace millwright {

// A quoted text over more than one line: often a quote that was forgotten.
struct LongQuote {
  Position at;
  std::uint32_t last_line;
};

// Where the parser stood when it gave up; lines and bytes count from 0.
struct SyntaxTrouble {
  std::string_view message;  // the parser's own
  std::size_t line = 0, byte_in_line = 0;
  std::optional<Position> open_bracket;  // of the innermost [ or { that is still open
  std::optional<LongQuote> long_quote;   // the last one
};

// The same trouble as a person who writes plant files would say it, where he would look for it.
Problem in_words(const SyntaxTrouble& trouble, DocumentText& document);

// The byte after a quoted text that begins at `first`; `first` itself when no quote begins there,
// nothing when it is never closed.
std::optional<std::size_t> end_of_quoted(std::string_view text, std::size_t first);
Problem unclosed_quote(Position at);

// Whether the bracket at `first` is closed anywhere after it.
bool is_closed_bracket(std::string_view text, std::size_t first);
Problem unclosed_bracket(Position at);

}  // namespace millwright
