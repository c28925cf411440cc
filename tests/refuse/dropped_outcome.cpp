// refused: ignoring returned value of type 'millwright::Outcome'
#include "base/result.hpp"

millwright::Outcome write_fact();

millwright::Outcome keep() {
#ifdef CONTROL
  return write_fact();
#else
  write_fact();
  return millwright::Done{};
#endif
}
