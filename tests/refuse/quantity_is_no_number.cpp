// refused: cannot convert
#include "base/quantity.hpp"

using Kilowatts = millwright::Quantity<struct KilowattsTag>;

double plain(Kilowatts power) {
#ifdef CONTROL
  const double number = power.count;
#else
  const double number = power;
#endif
  return number;
}
