#include "serve/http/http.hpp"

#include <utility>

#include "base/log.hpp"
#include "base/text.hpp"
#include "serve/http/readers.hpp"
#include "serve/http/router.hpp"

namespace millwright::serve {
namespace {

using flow::Permission;
using flow::Question;

constexpr std::string_view cookie_name = "millwright_session";

std::optional<flow::Method> method_of(net::Method method) {
  switch (method) {
    case net::Method::get:
    case net::Method::head:
      return flow::Method::get;
    case net::Method::post:
      return flow::Method::post;
    case net::Method::put:
      return flow::Method::put;
    case net::Method::remove:
      return flow::Method::remove;
    case net::Method::patch:
    case net::Method::options:
      break;
  }
  return std::nullopt;
}

// "Bearer X" of programs, "Token X" of line-protocol clients.
std::string token_of(const net::Request& request) {
  const auto header = request.headers.find("Authorization");
  if (!header) return {};
  for (const std::string_view scheme : {"bearer ", "token "}) {
    if (lower(header->substr(0, scheme.size())) == scheme)
      return std::string(header->substr(scheme.size()));
  }
  return {};
}

flow::Credentials credentials_of(const net::Request& request) {
  flow::Credentials out;
  out.is_loopback = net::is_loopback(request.remote.address);
  out.token = token_of(request);
  const auto cookie = request.headers.find("Cookie");
  if (cookie && out.token.empty()) out.session = net::to_cookies(*cookie).value_or(cookie_name, "");
  return out;
}

// A browser says where a request comes from; another site must not act with our cookie.
bool is_from_elsewhere(const net::Request& request) {
  const auto origin = request.headers.find("Origin");
  const auto host = request.headers.find("Host");
  if (!origin) return false;
  const std::string own =
      std::string(request.is_secure ? "https://" : "http://") + std::string(host.value_or(""));
  return lower(*origin) != lower(own);
}

std::string_view role_word(flow::Role role) {
  switch (role) {
    case flow::Role::viewer:
      return "viewer";
    case flow::Role::writer:
      return "writer";
    case flow::Role::admin:
      return "admin";
  }
  return "viewer";
}

Question question_of(net::Request&& request, Router::Match& match, const flow::Person& person) {
  Question question;
  question.path = std::move(request.path);
  for (const auto& [name, value] : request.query)
    question.parameters.emplace(name, value);
  for (auto& [name, value] : match.parameters)
    question.parameters.insert_or_assign(name, std::move(value));
  for (const auto& field : request.headers)
    question.headers.emplace(lower(field.name), field.value);
  question.session = credentials_of(request).session;
  question.body = std::move(request.body);
  question.who = person.name;
  question.role = role_word(person.role);
  return question;
}

// A body whose pieces reader threads make, each when the connection has room for it.
net::Producer producer_of(flow::Answer& answer, Readers& readers) {
  struct Rest {
    std::string begin;
    flow::Answer::More more;
  };
  // Owners: the connection, and the piece that is being made.
  auto rest = std::make_shared<Rest>(Rest{std::move(answer.body), std::move(answer.more)});
  return [rest, &readers](const std::shared_ptr<net::PieceSink>& sink) {
    if (!rest->begin.empty()) return sink->more(std::exchange(rest->begin, {}));
    readers.go_on([rest, sink] {
      Result<std::string> piece = rest->more();
      // A sink that goes unused breaks the connection off.
      if (!piece) return log::warning("an answer broke off: " + piece.error().what);
      if (piece->empty()) return sink->end();
      sink->more(std::move(*piece));
    });
  };
}

net::Response response_of(Result<flow::Answer>&& answer, Readers& readers) {
  if (!answer) return net::error_response(answer.error());
  net::Response response;
  response.status = answer->status;
  if (!answer->body.empty() || answer->more)
    response.headers.add("Content-Type", answer->content_type);
  response.headers.add("Cache-Control", "no-store");
  for (auto& [name, value] : answer->headers)
    response.headers.add(std::move(name), std::move(value));
  if (answer->more) {
    response.producer = producer_of(*answer, readers);
  } else {
    response.body = std::move(answer->body);
  }
  return response;
}

}  // namespace

class HttpFront::Inside {
 public:
  Inside(Router router, flow::Access& access, HttpParts parts, const HttpSettings& settings)
      : router_(std::move(router)),
        openapi_(openapi(router_.routes())),
        access_(access),
        parts_(std::move(parts)),
        readers_(settings.readers, settings.questions_max) {}

  net::Intake intake(const net::Request& head) const;
  void handle(net::Request&& request, net::Responder responder);

  // Declared last: it goes first, so that no request meets a front that is half gone.
  std::unique_ptr<net::HttpServer> server;

 private:
  // The refusal, or nothing and the person.
  std::optional<net::Response> refuse(const net::Request& request, Permission permission,
                                      flow::Person& person) const;
  void answer(net::Request&& request, Router::Match match, const net::Responder& responder);

  Router router_;
  std::string openapi_;
  flow::Access& access_;
  HttpParts parts_;
  Readers readers_;
};

std::optional<net::Response> HttpFront::Inside::refuse(const net::Request& request,
                                                       Permission permission,
                                                       flow::Person& person) const {
  const bool changes = request.method != net::Method::get && request.method != net::Method::head;
  if (changes && is_from_elsewhere(request)) {
    return net::error_response(403,
                               "this request comes from another site: open millwright's own page");
  }
  if (permission == Permission::open) return std::nullopt;
  const auto known = access_.who(credentials_of(request));
  if (!known)
    return net::error_response(401, "sign in first: 'millwright link' prints a sign-in link");
  person = *known;
  if (!flow::may(known->role, permission)) {
    return net::error_response(
        403, "your role " + std::string(role_word(known->role)) + " may not do this");
  }
  return std::nullopt;
}

// Before the body is taken: is there such a route, may they, how large may it be?
net::Intake HttpFront::Inside::intake(const net::Request& head) const {
  net::Intake intake;
  const auto method = method_of(head.method);
  if (!method) return intake;
  const Router::Match match = router_.find(*method, head.segments);
  if (match.route == nullptr) return intake;
  flow::Person person;
  intake.refusal = refuse(head, match.route->permission, person);
  intake.body_bytes_max = match.route->body_bytes_max;
  return intake;
}

void HttpFront::Inside::handle(net::Request&& request, net::Responder responder) {
  flow::Person person;
  if (request.path == parts_.live_path) {
    auto refusal = refuse(request, Permission::see, person);
    if (!refusal && is_from_elsewhere(request))
      refusal = net::error_response(403, "this page is of another site");
    if (refusal) return responder.send(std::move(*refusal));
    return parts_.live(std::move(request), std::move(responder));
  }
  const auto method = method_of(request.method);
  if (!method) return responder.send(net::error_response(405, "this method is not used here"));
  if (request.path == "/api/v1/openapi.json") return responder.send(net::json_response(openapi_));
  Router::Match match = router_.find(*method, request.segments);
  if (match.route != nullptr) return answer(std::move(request), std::move(match), responder);
  if (!match.allowed.empty()) {
    net::Response response = net::error_response(405, "this path answers " + match.allowed);
    response.headers.add("Allow", match.allowed);
    return responder.send(std::move(response));
  }
  const bool is_api = request.path.starts_with("/api/");
  if (is_api || *method != flow::Method::get || !parts_.page) {
    return responder.send(
        net::error_response(404, "there is no '" + request.path + "': see /api/v1/openapi.json"));
  }
  responder.send(parts_.page(request));
}

void HttpFront::Inside::answer(net::Request&& request, Router::Match match,
                               const net::Responder& responder) {
  flow::Person person;
  auto refusal = refuse(request, match.route->permission, person);
  if (refusal) return responder.send(std::move(*refusal));
  const flow::Route& route = *match.route;
  auto question = std::make_shared<Question>(
      question_of(std::move(request), match, person));  // owners: the work item
  const bool is_taken = readers_.add([this, &route, question, responder] {
    if (route.answer) return responder.send(response_of(route.answer(*question), readers_));
    route.begin(std::move(*question), [this, responder](Result<flow::Answer> a) {
      responder.send(response_of(std::move(a), readers_));
    });
  });
  if (is_taken) return;
  net::Response busy =
      net::error_response(503, "too many questions at once: ask again in a second");
  busy.headers.add("Retry-After", "1");
  responder.send(std::move(busy));
}

Result<std::unique_ptr<HttpFront>> HttpFront::open(const HttpSettings& settings,
                                                   std::vector<flow::Route> routes,
                                                   flow::Access& access, HttpParts parts) {
  Router router = TRY(Router::make(std::move(routes)));
  auto inside = std::make_unique<Inside>(std::move(router), access, std::move(parts), settings);
  net::HttpSettings net_settings;
  net_settings.listen = settings.listen;
  net_settings.host_names = settings.host_names;
  Inside* self = inside.get();
  inside->server = TRY(net::HttpServer::open(
      std::move(net_settings),
      [self](net::Request&& q, net::Responder r) { self->handle(std::move(q), std::move(r)); },
      [self](const net::Request& head) { return self->intake(head); }));
  return std::unique_ptr<HttpFront>(new HttpFront(std::move(inside)));
}

HttpFront::HttpFront(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}

HttpFront::~HttpFront() {
  if (inside_) inside_->server->stop();
}

std::uint16_t HttpFront::port() const {
  return inside_->server->port();
}

}  // namespace millwright::serve
