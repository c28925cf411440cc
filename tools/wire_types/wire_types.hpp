#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace millwright {

// What keeps a page's TypeScript from understanding the rows that the server says, a sentence each.
// `said` is what the descriptions give. The page may leave fields out, and may take null where none
// comes; it may not read a field that does not come, nor miss a null, a word or another type.
std::vector<std::string> differences(std::string_view said, std::string_view read);

}  // namespace millwright
