#pragma once

#include <string>

#include "twin/plant/works.hpp"

namespace millwright::twin {

// What the people of the works choose from when they say why a machine stood or a part was
// rejected: the sections `reasons:` and `scrap_reasons:` of the plant file.
std::string causes_text(const Works& works);

}  // namespace millwright::twin
