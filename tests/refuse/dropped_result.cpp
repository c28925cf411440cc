// refused: ignoring returned value of type 'millwright::Result<int>'
#include "base/result.hpp"

millwright::Result<int> parts_made();

void look() {
#ifdef CONTROL
  const auto made = parts_made();
  static_cast<void>(made.has_value());
#else
  parts_made();
#endif
}
