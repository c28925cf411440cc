#pragma once
#include <boost/asio.hpp>
#include "base/time.hpp"
