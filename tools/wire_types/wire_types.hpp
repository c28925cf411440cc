#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace millwright {

// What the server and the page say to each other, as TypeScript: the rows of every view, the
// answers and the forms of the routes, and the words of a state as a list.
// Errors: invalid, when two structs go by one name.
Result<std::string> wire_types();

// Writes the file when it holds anything else, in one step: who reads it meanwhile finds it whole.
// Errors: offline, when the file cannot be written.
Outcome write_when_different(const std::string& path, std::string_view text);

}  // namespace millwright
