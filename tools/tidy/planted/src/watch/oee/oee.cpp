#include "watch/oee/oee.hpp"
