// refused: could not convert 'signal' from
#include "base/id.hpp"

using MachineId = millwright::Id<struct MachineTag>;
using SignalId = millwright::Id<struct SignalTag>;

void stop(MachineId machine);

void press(MachineId machine, SignalId signal) {
#ifdef CONTROL
  stop(machine);
#else
  stop(signal);
#endif
}
