#include "flow/rows.hpp"
