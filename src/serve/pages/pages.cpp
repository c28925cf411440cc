#include "serve/pages/pages.hpp"

namespace millwright::serve {

Pages::Pages() : files_(page_files(), {}), is_empty_(page_files().empty()) {}

net::Response Pages::answer(const net::Request& request) const {
  if (!is_empty_) return files_.answer(request);
  return net::error_response(
      404, "this program was built without its pages: build with ./run, or use /api/v1/");
}

}  // namespace millwright::serve
