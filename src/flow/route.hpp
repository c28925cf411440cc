#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

namespace millwright::flow {

enum class Method : std::uint8_t { get, post, put, remove };
enum class Permission : std::uint8_t { open, see, write, administer };  // open: without signing in

struct Parameter {
  std::string name{}, help{};
  bool is_required = false;
};

// What was asked, taken apart and within limits.
struct Question {
  std::string path{};
  std::map<std::string, std::string, std::less<>> parameters{};  // of the path and of the query
  std::map<std::string, std::string, std::less<>> headers{};     // names in lower case
  std::string body{};
  std::string who{}, role{};  // name and role of the signed-in person or program
  std::string session{};      // value of the session cookie, for signing out

  // Empty when absent.
  std::string_view parameter(std::string_view name) const;
};

struct Answer {
  // The next piece of a body; an empty one after the last. An error breaks the answer off, so that
  // it is not taken for a whole one.
  using More = std::function<Result<std::string>()>;

  int status = 200;
  std::string content_type = "application/json";
  std::string body{};
  std::vector<std::pair<std::string, std::string>> headers{};
  // When set, `body` is the beginning alone: called for each further piece on a reader thread, one
  // call at a time, when who asked has taken what was there. Gone when they are.
  More more{};
};
// `{"error": …}` of docs/api.md is made from an error by the server.
using Reply = std::function<void(Result<Answer>)>;  // exactly once, from any thread

// A thing one can ask the program over HTTP: data, from which the router, the permission check and
// OpenAPI are made.
struct Route {
  Method method = Method::get;
  std::string path{};  // "/api/v1/readings"; a last part {name...} takes the rest of the path
  Permission permission = Permission::see;
  std::string help{};
  std::vector<Parameter> parameters{};
  std::function<void(JsonWriter&)> answer_schema{};
  std::size_t body_bytes_max = std::size_t{1} << 20U;

  // One of the two. answer: a pure function of views, ports and the question, on a reader thread.
  std::function<Result<Answer>(const Question&)> answer{};
  // begin: for what must first be kept (a write): replies later.
  std::function<void(Question&&, Reply)> begin{};
};

}  // namespace millwright::flow
