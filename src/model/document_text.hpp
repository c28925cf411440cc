#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "model/node.hpp"

namespace millwright {

// The lines of a text, for places that a person can find: columns count characters, not bytes.
// Shape: the text outlives this.
class DocumentText {
 public:
  explicit DocumentText(std::string_view text);

  // The place of a byte; the end of the text for bytes past it.
  Position at(std::size_t byte);
  // The place of a byte in a line, both from 0, as parsers count them. Asking in the order of the
  // text costs the text once, however long its lines are.
  Position at(std::size_t line, std::size_t byte_in_line);
  std::string_view line(std::size_t number_from_0) const;
  std::string_view text() const { return text_; }
  std::size_t byte_of(std::size_t line, std::size_t byte_in_line) const;

 private:
  std::string_view text_;
  std::vector<std::size_t> starts_;
  // The place that was asked for last, and how many bytes before it in its line begin no character.
  std::size_t last_line_ = 0, last_byte_ = 0, last_following_ = 0;
};

// What keeps a text from being a document at all: bytes that are no UTF-8, control characters.
std::optional<Problem> wrong_character(DocumentText& text);

// The text without the mark (U+FEFF) that some editors put first.
std::string_view without_byte_order_mark(std::string_view text);

}  // namespace millwright
