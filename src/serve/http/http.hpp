#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "flow/ports/access.hpp"
#include "flow/route.hpp"
#include "net/http/server.hpp"

namespace millwright::serve {

struct HttpSettings {
  net::Endpoint listen{"127.0.0.1", 8080};
  std::vector<std::string>
      host_names{};                  // that a request may be for, beside localhost and addresses
  std::size_t readers = 2;           // threads that answer routes
  std::size_t questions_max = 1000;  // waiting for a reader; beyond it 503
};

// What is not a route: pages, and the live socket. Both are called on an I/O thread.
struct HttpParts {
  std::function<net::Response(const net::Request&)> page;
  std::function<void(net::Request&&, net::Responder)> live;  // only for those who may see
  std::string live_path = "/api/v1/live";
};

// Binds the route table to HTTP: finds the route, checks the permission, reads the body within the
// route's limit, answers on reader threads. GET /api/v1/openapi.json is made from the same table.
// Thread: any.
class HttpFront {
 public:
  // Errors: refused when the address is taken; invalid when two routes are the same.
  static Result<std::unique_ptr<HttpFront>> open(const HttpSettings& settings,
                                                 std::vector<flow::Route> routes,
                                                 flow::Access& access, HttpParts parts);
  ~HttpFront();
  std::uint16_t port() const;

 private:
  class Inside;
  explicit HttpFront(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace millwright::serve
