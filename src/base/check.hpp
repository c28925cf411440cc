#pragma once

namespace millwright {

// Says what went wrong and ends the process. We stop, restart and replay rather than go on with a
// broken state.
[[noreturn]] void bug(const char* what, const char* detail, const char* file = __builtin_FILE(),
                      int line = __builtin_LINE());

}  // namespace millwright

// Always on. It fails only by a bug of ours, never by what came from outside.
#define CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::millwright::bug("CHECK", #condition, __FILE__, __LINE__))
