#include "keep/history/history.hpp"
