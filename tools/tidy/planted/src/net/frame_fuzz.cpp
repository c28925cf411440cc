#include "net/frame.hpp"
#include <boost/asio.hpp>
