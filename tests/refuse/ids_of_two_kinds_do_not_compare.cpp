// refused: no match for 'operator=='
#include "base/id.hpp"

using MachineId = millwright::Id<struct MachineTag>;
using SignalId = millwright::Id<struct SignalTag>;

bool is_same(MachineId machine, MachineId other, SignalId signal) {
#ifdef CONTROL
  static_cast<void>(signal);
  return machine == other;
#else
  static_cast<void>(other);
  return machine == signal;
#endif
}
