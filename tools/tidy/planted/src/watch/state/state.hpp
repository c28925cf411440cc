#pragma once
#include "flow/line.hpp"
#include "flow/ports/history.hpp"
