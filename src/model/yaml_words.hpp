#pragma once

#include <optional>
#include <string_view>

#include "model/document_text.hpp"

namespace millwright {

// Where the parser stood when it gave up; lines and bytes count from 0.
struct SyntaxTrouble {
  std::string_view message;  // the parser's own
  std::size_t line = 0, byte_in_line = 0;
  std::optional<Position> open_bracket;  // of the innermost [ or { that is still open
  std::size_t last_value_byte = 0;       // where the last value that was understood begins
};

// The same trouble as a person who writes plant files would say it, where he would look for it.
Problem in_words(const SyntaxTrouble& trouble, DocumentText& document);

}  // namespace millwright
