// refused: could not convert
#include "base/time.hpp"

void wake_at(millwright::Instant at);

void later() {
#ifdef CONTROL
  wake_at(millwright::instant(1));
#else
  wake_at(std::int64_t{1});
#endif
}
