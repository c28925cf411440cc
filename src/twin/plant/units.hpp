#pragma once

#include <cstdint>
#include <string_view>

namespace millwright::twin {

// The number that OPC UA gives a unit (Part 8, 5.6.4.3: the characters of its UNECE Recommendation
// 20 code); -1 for a unit that is not in our list.
std::int32_t unit_id(std::string_view unit);

}  // namespace millwright::twin
