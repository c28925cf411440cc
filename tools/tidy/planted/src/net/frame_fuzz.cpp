#include <boost/asio.hpp>

#include "net/frame.hpp"
