#include "base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace millwright {

void bug(const char* what, const char* detail, const char* file, int line) {
  std::fprintf(stderr, "millwright: bug: %s: %s (%s:%d)\n", what, detail, file, line);
  std::fflush(stderr);
  std::abort();
}

}  // namespace millwright
