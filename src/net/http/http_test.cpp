#include "net/http/http.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "net/http/client.hpp"
#include "net/http/server.hpp"

namespace millwright::net {
namespace {

HttpSettings on_any_port() {
  HttpSettings settings;
  settings.listen = {"127.0.0.1", 0};
  settings.times.stop = 5s;
  return settings;
}

std::unique_ptr<HttpClient> client_of(const HttpServer& server) {
  ClientSettings settings;
  settings.url = "http://127.0.0.1:" + std::to_string(server.port());
  return HttpClient::open(settings).value();
}

void echo(const Request& request, const Responder& responder) {
  Response response;
  response.body = std::string(to_text(request.method)) + " " + request.path + " " + request.body;
  responder.send(std::move(response));
}

TEST(Http, AnswersARequestAndTheNextOnTheSameConnection) {
  auto server = HttpServer::open(on_any_port(), echo).value();
  auto client = client_of(*server);
  EXPECT_EQ(client->get("/a%20b?x=1")->body, "GET /a b ");
  EXPECT_EQ(client->post("/c", "{}")->body, "POST /c {}");
  EXPECT_EQ(server->counts().accepted, 1U);
}

TEST(Http, AnAnswerMayComeLaterFromAnotherThread) {
  std::vector<std::thread> threads;
  auto server = HttpServer::open(on_any_port(), [&](const Request& request, Responder responder) {
                  threads.emplace_back([responder = std::move(responder), path = request.path] {
                    Response response;
                    response.body = path;
                    responder.send(std::move(response));
                  });
                }).value();
  auto client = client_of(*server);
  EXPECT_EQ(client->get("/later")->body, "/later");
  server->stop();
  for (std::thread& thread : threads)
    thread.join();
}

TEST(Http, ADroppedRequestIsAnsweredWith500) {
  auto server = HttpServer::open(on_any_port(), [](const Request&, const Responder&) {}).value();
  const Response response = client_of(*server)->get("/").value();
  EXPECT_EQ(response.status, 500);
  EXPECT_NE(response.body.find(R"("code": "failed")"), std::string::npos);
}

TEST(Http, AProducerSendsABodyInPieces) {
  auto server = HttpServer::open(on_any_port(), [](const Request&, const Responder& responder) {
                  Response response;
                  // Owners: the producer alone; it is copyable because std::function is.
                  auto left = std::make_shared<int>(10'000);
                  response.producer = [left](const std::shared_ptr<PieceSink>& sink) {
                    if (*left == 0) return sink->end();
                    --*left;
                    sink->more("piece");
                  };
                  responder.send(std::move(response));
                }).value();
  auto client = client_of(*server);
  EXPECT_EQ(client->get("/")->body.size(), 50'000U);
  EXPECT_EQ(client->get("/")->body.size(), 50'000U);
}

}  // namespace
}  // namespace millwright::net
