#include "serve/http/http.hpp"

#include <gtest/gtest.h>

#include "net/http/client.hpp"
#include "serve/http/router.hpp"

namespace millwright::serve {
namespace {

using flow::Permission;
using flow::Question;

// "viewer", "writer" and "admin" are tokens of these roles.
class ByName final : public flow::Access {
 public:
  std::optional<flow::Person> who(const flow::Credentials& credentials) override {
    if (credentials.token == "viewer") return flow::Person{"v", flow::Role::viewer};
    if (credentials.token == "writer") return flow::Person{"w", flow::Role::writer};
    if (credentials.token == "admin" || credentials.session == "admin")
      return flow::Person{"a", flow::Role::admin};
    return std::nullopt;
  }
};

flow::Route route(flow::Method method, std::string path, Permission permission) {
  flow::Route out;
  out.method = method;
  out.path = std::move(path);
  out.permission = permission;
  out.help = "Echoes.";
  out.answer = [](const Question& q) -> Result<flow::Answer> {
    flow::Answer answer;
    answer.body = std::string(q.parameter("name")) + "|" + q.body + "|" + q.who;
    return answer;
  };
  return out;
}

constexpr int pieces_of_long = 40;

// A body of so many pieces of 100 kB; or one that breaks off.
flow::Route long_route(std::string path, bool breaks_off) {
  flow::Route out = route(flow::Method::get, std::move(path), Permission::open);
  out.answer = [breaks_off](const Question&) -> Result<flow::Answer> {
    flow::Answer answer;
    answer.body = "begin";
    answer.more = [breaks_off, left = pieces_of_long]() mutable -> Result<std::string> {
      if (breaks_off && left == pieces_of_long / 2) return fail(Code::corrupt, "a damaged block");
      if (left-- == 0) return std::string();
      return std::string(100'000, 'x');
    };
    return answer;
  };
  return out;
}

class HttpFrontTest : public testing::Test {
 protected:
  void SetUp() override {
    std::vector<flow::Route> routes{
        route(flow::Method::get, "/api/v1/open", Permission::open),
        route(flow::Method::get, "/api/v1/tags/{name...}", Permission::see),
        route(flow::Method::post, "/api/v1/write", Permission::write),
        route(flow::Method::post, "/api/v1/admin", Permission::administer)};
    routes[2].body_bytes_max = 8;
    routes.push_back(long_route("/api/v1/long", false));
    routes.push_back(long_route("/api/v1/broken", true));
    HttpSettings settings;
    settings.listen = {"127.0.0.1", 0};
    front = HttpFront::open(settings, std::move(routes), access, {}).value();
    client =
        net::HttpClient::open({.url = "http://127.0.0.1:" + std::to_string(front->port())}).value();
  }
  net::Response ask(net::Method method, std::string target, const std::string& token = {},
                    std::string body = {}, const std::string& origin = {},
                    const std::string& cookie = {}) {
    net::Ask question{method, std::move(target), {}, std::move(body)};
    if (!token.empty()) question.headers.add("Authorization", "Bearer " + token);
    if (!origin.empty()) question.headers.add("Origin", origin);
    if (!cookie.empty()) question.headers.add("Cookie", "millwright_session=" + cookie);
    return client->exchange(question).value();
  }
  ByName access;
  std::unique_ptr<HttpFront> front;
  std::unique_ptr<net::HttpClient> client;
};

TEST_F(HttpFrontTest, EveryRoleMayDoWhatTheRouteSaysAndNoMore) {
  const std::map<std::string, std::array<int, 4>> expected{{"", {200, 401, 401, 401}},
                                                           {"viewer", {200, 200, 403, 403}},
                                                           {"writer", {200, 200, 200, 403}},
                                                           {"admin", {200, 200, 200, 200}}};
  for (const auto& [token, statuses] : expected) {
    EXPECT_EQ(ask(net::Method::get, "/api/v1/open", token).status, statuses[0]) << token;
    EXPECT_EQ(ask(net::Method::get, "/api/v1/tags/a", token).status, statuses[1]) << token;
    EXPECT_EQ(ask(net::Method::post, "/api/v1/write", token).status, statuses[2]) << token;
    EXPECT_EQ(ask(net::Method::post, "/api/v1/admin", token).status, statuses[3]) << token;
  }
}
TEST_F(HttpFrontTest, ALongBodyComesInPiecesAndTheConnectionGoesOn) {
  const net::Response all = client->get("/api/v1/long").value();
  EXPECT_EQ(all.body.size(), 5U + pieces_of_long * 100'000U);
  EXPECT_EQ(all.headers.find("Transfer-Encoding"), "chunked");
  EXPECT_EQ(client->get("/api/v1/open")->status, 200);
}
TEST_F(HttpFrontTest, ABodyThatCannotGoOnIsNotTakenForAWholeOne) {
  EXPECT_FALSE(client->get("/api/v1/broken").has_value());
}
TEST_F(HttpFrontTest, TheRestOfThePathIsOneParameter) {
  EXPECT_EQ(ask(net::Method::get, "/api/v1/tags/velo/berlin%2Fcnc3", "viewer").body,
            "velo/berlin/cnc3||v");
}
TEST_F(HttpFrontTest, ABodyBeyondTheRoutesLimitIsRefused) {
  EXPECT_EQ(ask(net::Method::post, "/api/v1/write", "writer", "12345678").status, 200);
  EXPECT_EQ(ask(net::Method::post, "/api/v1/write", "writer", "123456789").status, 413);
}
TEST_F(HttpFrontTest, AnotherSiteMayNotActWithOurCookie) {
  EXPECT_EQ(ask(net::Method::post, "/api/v1/admin", "", "", "http://evil.example", "admin").status,
            403);
  const std::string own = "http://127.0.0.1:" + std::to_string(front->port());
  EXPECT_EQ(ask(net::Method::post, "/api/v1/admin", "", "", own, "admin").status, 200);
}
TEST_F(HttpFrontTest, AWrongMethodNamesTheRightOne) {
  const net::Response answer = ask(net::Method::get, "/api/v1/write", "admin");
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.headers.find("Allow").value_or(""), "POST");
}
TEST_F(HttpFrontTest, AnUnknownPathIsSaidAsAnError) {
  const net::Response answer = ask(net::Method::get, "/api/v1/nothing", "admin");
  EXPECT_EQ(answer.status, 404);
  EXPECT_NE(answer.body.find(R"("error")"), std::string::npos);
}
TEST_F(HttpFrontTest, OpenApiListsEveryRouteWithItsPermission) {
  const std::string document = ask(net::Method::get, "/api/v1/openapi.json").body;
  for (const char* part :
       {R"("openapi":"3.1.0")", R"("/api/v1/tags/{name}")", R"("x-permission":"administer")"}) {
    EXPECT_NE(document.find(part), std::string::npos) << part;
  }
}
TEST(Router, TheSameRouteTwiceIsRefused) {
  EXPECT_FALSE(Router::make({route(flow::Method::get, "/a", Permission::see),
                             route(flow::Method::get, "/a", Permission::see)}));
  EXPECT_TRUE(Router::make({route(flow::Method::get, "/a", Permission::see),
                            route(flow::Method::post, "/a", Permission::see)}));
}

}  // namespace
}  // namespace millwright::serve
