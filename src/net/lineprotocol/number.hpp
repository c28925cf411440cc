#pragma once

#include <optional>
#include <string_view>

namespace millwright::net {

// A decimal number, correctly rounded; nothing for any other text, NaN and infinity among it.
std::optional<double> to_number(std::string_view text);

}  // namespace millwright::net
