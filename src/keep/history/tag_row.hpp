#pragma once

#include <string>
#include <variant>

#include "flow/ports/history.hpp"
#include "model/describe.hpp"

namespace millwright::keep {

// A value as JSON shows it: number, truth or text as its kind says.
using ShownValue =
    std::variant<std::monostate, double, std::int64_t, std::uint64_t, bool, std::string>;
ShownValue shown(Kind kind, Scalar value, std::string_view text);

// A row of the view `tags`.
struct TagRow {
  ShownValue value;
  Kind kind = Kind::number;
  Quality quality;
  Instant happened{}, learned{};

  static constexpr auto describe() {
    return record("tag_row", field("value", &TagRow::value, "", "The last value."),
                  field("kind", &TagRow::kind, "", "Its type."),
                  field("quality", &TagRow::quality, "", "OPC UA status code; 0 is good."),
                  field("happened", &TagRow::happened, "", "When it was so."),
                  field("learned", &TagRow::learned, "", "When it was heard."));
  }
};
TagRow row_of(const flow::LastValue& last);

}  // namespace millwright::keep
