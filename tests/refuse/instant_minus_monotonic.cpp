// refused: no match for 'operator-'
#include "base/time.hpp"

millwright::Duration took(millwright::Instant happened, millwright::Instant learned,
                          millwright::Monotonic started) {
#ifdef CONTROL
  static_cast<void>(started);
  return learned - happened;
#else
  static_cast<void>(happened);
  return learned - started;
#endif
}
