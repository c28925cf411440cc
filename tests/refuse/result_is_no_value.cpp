// refused: cannot convert 'millwright::Result<int>'
#include "base/result.hpp"

millwright::Result<int> parts_made();

millwright::Result<int> twice() {
#ifdef CONTROL
  const int made = TRY(parts_made());
#else
  const int made = parts_made();
#endif
  return 2 * made;
}
