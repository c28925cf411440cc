#include "flow/route.hpp"

namespace millwright::flow {

std::string_view Question::parameter(std::string_view name) const {
  const auto found = parameters.find(name);
  return found == parameters.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace millwright::flow
