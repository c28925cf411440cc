#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "flow/route.hpp"

namespace millwright::serve {

// Finds the route of a request. Thread: any, after construction.
class Router {
 public:
  // Errors: invalid, when two routes have the same method and path.
  static Result<Router> make(std::vector<flow::Route> routes);

  struct Match {
    const flow::Route* route = nullptr;
    std::map<std::string, std::string, std::less<>> parameters;
    std::string allowed;  // when no route has this method: those that have the path, as for the
                          // header Allow
  };
  Match find(flow::Method method, const std::vector<std::string>& segments) const;
  const std::vector<flow::Route>& routes() const { return routes_; }

 private:
  std::vector<flow::Route> routes_;
  std::vector<std::vector<std::string>> patterns_;
};

std::string_view to_text(flow::Method method);

// The OpenAPI 3.1 document of a route table.
std::string openapi(const std::vector<flow::Route>& routes);

}  // namespace millwright::serve
