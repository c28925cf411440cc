// refused: cannot convert 'MachineId
#include "base/id.hpp"

using MachineId = millwright::Id<struct MachineTag>;

unsigned count(MachineId machine) {
#ifdef CONTROL
  const unsigned number = machine.value;
#else
  const unsigned number = machine;
#endif
  return number;
}
