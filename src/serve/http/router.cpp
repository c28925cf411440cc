#include "serve/http/router.hpp"

#include <set>

#include "base/text.hpp"

namespace millwright::serve {
namespace {

using flow::Method;
using flow::Route;

std::vector<std::string> segments_of(std::string_view path) {
  std::vector<std::string> out;
  for (const std::string_view part : split(path.substr(1), '/'))
    out.emplace_back(part);
  return out;
}

bool is_rest(std::string_view pattern) {
  return pattern.starts_with("{") && pattern.ends_with("...}");
}

// Whether the segments fit the pattern; fills in what stands at {names}.
bool fits(const std::vector<std::string>& pattern, const std::vector<std::string>& segments,
          std::map<std::string, std::string, std::less<>>& parameters) {
  parameters.clear();
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (i >= segments.size()) return false;
    if (is_rest(pattern[i])) {
      std::string& rest = parameters[pattern[i].substr(1, pattern[i].size() - 5)];
      for (std::size_t k = i; k < segments.size(); ++k)
        rest += (k > i ? "/" : "") + segments[k];
      return true;
    }
    const bool is_name = pattern[i].starts_with("{");
    if (is_name) parameters[pattern[i].substr(1, pattern[i].size() - 2)] = segments[i];
    if (!is_name && pattern[i] != segments[i]) return false;
  }
  return pattern.size() == segments.size();
}

// OpenAPI writes {name} for {name...} as well.
std::string openapi_path(std::string_view path) {
  std::string out(path);
  const auto dots = out.find("...}");
  if (dots != std::string::npos) out.erase(dots, 3);
  return out;
}

std::string_view word_of(flow::Permission permission) {
  switch (permission) {
    case flow::Permission::open:
      return "open";
    case flow::Permission::see:
      return "see";
    case flow::Permission::write:
      return "write";
    case flow::Permission::administer:
      return "administer";
  }
  return "administer";
}

void write_parameters(JsonWriter& out, const Route& route) {
  out.key("parameters").begin_list();
  for (const flow::Parameter& parameter : route.parameters) {
    const bool is_in_path = route.path.find("{" + parameter.name) != std::string::npos;
    out.begin_object()
        .member("name", std::string_view(parameter.name))
        .member("in", is_in_path ? "path" : "query")
        .member("required", is_in_path || parameter.is_required)
        .member("description", std::string_view(parameter.help));
    out.key("schema").begin_object().member("type", "string").end_object().end_object();
  }
  out.end_list();
}

void write_operation(JsonWriter& out, const Route& route) {
  out.key(lower(to_text(route.method)))
      .begin_object()
      .member("summary", std::string_view(route.help));
  out.member("x-permission", word_of(route.permission));
  write_parameters(out, route);
  out.key("responses")
      .begin_object()
      .key("200")
      .begin_object()
      .member("description", "The answer.");
  if (route.answer_schema) {
    out.key("content")
        .begin_object()
        .key("application/json")
        .begin_object()
        .key("schema")
        .begin_object();
    route.answer_schema(out);
    out.end_object().end_object().end_object();
  }
  out.end_object().key("default").begin_object().member("description", "What is wrong, in words.");
  out.key("content")
      .begin_object()
      .key("application/json")
      .begin_object()
      .key("schema")
      .begin_object();
  out.member("$ref", "#/components/schemas/error").end_object().end_object().end_object();
  out.end_object().end_object();
  if (route.permission == flow::Permission::open) out.key("security").begin_list().end_list();
  out.end_object();
}

}  // namespace

std::string_view to_text(Method method) {
  switch (method) {
    case Method::get:
      return "GET";
    case Method::post:
      return "POST";
    case Method::put:
      return "PUT";
    case Method::remove:
      return "DELETE";
  }
  return "GET";
}

Result<Router> Router::make(std::vector<Route> routes) {
  Router router;
  std::set<std::string> seen;
  for (const Route& route : routes) {
    const std::string name = std::string(to_text(route.method)) + " " + route.path;
    if (!route.path.starts_with("/") || !seen.insert(name).second) {
      return fail(Code::invalid,
                  "the route '" + name + "' is there twice or does not begin with '/'");
    }
    if (!route.answer && !route.begin)
      return fail(Code::invalid, "the route '" + name + "' has no handler");
    router.patterns_.push_back(segments_of(route.path));
  }
  router.routes_ = std::move(routes);
  return router;
}

Router::Match Router::find(Method method, const std::vector<std::string>& segments) const {
  Match match;
  std::map<std::string, std::string, std::less<>> parameters;
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    if (!fits(patterns_[i], segments, parameters)) continue;
    if (routes_[i].method == method) {
      match.route = &routes_[i];
      match.parameters = std::move(parameters);
      return match;
    }
    match.allowed += (match.allowed.empty() ? "" : ", ") + std::string(to_text(routes_[i].method));
  }
  return match;
}

std::string openapi(const std::vector<Route>& routes) {
  std::map<std::string, std::vector<const Route*>> by_path;
  for (const Route& route : routes)
    by_path[openapi_path(route.path)].push_back(&route);
  std::string text;
  JsonWriter out(text);
  out.begin_object().member("openapi", "3.1.0");
  out.key("info").begin_object().member("title", "millwright").member("version", "1").end_object();
  out.key("paths").begin_object();
  for (const auto& [path, operations] : by_path) {
    out.key(path).begin_object();
    for (const Route* route : operations)
      write_operation(out, *route);
    out.end_object();
  }
  out.end_object().key("components").begin_object().key("schemas").begin_object();
  out.key("error").literal(
      R"({"type":"object","properties":{"error":{"type":"object","properties":{"code":{"type":"string"},)"
      R"("what":{"type":"string"},"field":{"type":"string"}},"required":["code","what"]}},"required":["error"]})");
  out.end_object().key("securitySchemes").begin_object();
  out.key("session").literal(R"({"type":"apiKey","in":"cookie","name":"millwright_session"})");
  out.key("token").literal(R"({"type":"http","scheme":"bearer"})");
  out.end_object().end_object();
  out.key("security").literal(R"([{"session":[]},{"token":[]}])");
  out.end_object();
  return text;
}

}  // namespace millwright::serve
