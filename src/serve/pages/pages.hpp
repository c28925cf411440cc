#pragma once

#include <span>
#include <vector>

#include "net/files/files.hpp"

namespace millwright::serve {

// The files of the web app, as they lie in the program. Empty when it was built without web/dist.
std::span<const net::File> page_files();

// Answers pages and assets; a page that the web app routes by itself is answered with its index.
class Pages {
 public:
  Pages();
  net::Response answer(const net::Request& request) const;

 private:
  net::Files files_;
  bool is_empty_;
};

}  // namespace millwright::serve
