// refused: no match for 'operator+'
#include "base/quantity.hpp"

using Kilowatts = millwright::Quantity<struct KilowattsTag>;
using KilowattHours = millwright::Quantity<struct KilowattHoursTag>;

Kilowatts sum(Kilowatts a, Kilowatts b, KilowattHours energy) {
#ifdef CONTROL
  static_cast<void>(energy);
  return a + b;
#else
  static_cast<void>(b);
  return a + energy;
#endif
}
