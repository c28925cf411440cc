// refused: could not convert '7'
#include "base/id.hpp"

using MachineId = millwright::Id<struct MachineTag>;

void stop(MachineId machine);

void press() {
#ifdef CONTROL
  stop(MachineId{7});
#else
  stop(7);
#endif
}
