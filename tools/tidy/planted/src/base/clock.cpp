#include "base/time.hpp"
#include "flow/line.hpp"
int least(int a, int b) { return std::min(a, b); }
