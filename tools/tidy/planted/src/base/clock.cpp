#include "base/time.hpp"
#include "flow/line.hpp"
