#include "net/http/http.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <thread>

#include "net/http/client.hpp"
#include "net/http/reader.hpp"
#include "net/http/server.hpp"
#include "net/tls/tls.hpp"

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
                  auto left = std::make_shared<int>(2'000);
                  response.producer = [left](const std::shared_ptr<PieceSink>& sink) {
                    if (*left == 0) return sink->end();
                    --*left;
                    sink->more("piece");
                  };
                  responder.send(std::move(response));
                }).value();
  auto client = client_of(*server);
  EXPECT_EQ(client->get("/")->body.size(), 10'000U);
  EXPECT_EQ(client->get("/")->body.size(), 10'000U);
}

TEST(Http, ServesOverTlsToAClientThatTrustsTheCertificate) {
  std::string folder = testing::TempDir() + "httpsXXXXXX";
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  SelfSigned made;
  made.certificate_file = folder + "/cert.pem";
  made.key_file = folder + "/key.pem";
  made.hosts = {"localhost", "127.0.0.1"};
  made.from = std::chrono::system_clock::now() - 1h;
  ASSERT_TRUE(make_self_signed(made));
  HttpSettings settings = on_any_port();
  settings.tls = TlsContext::server(made.certificate_file, made.key_file).value();
  auto server = HttpServer::open(settings, [](const Request& request, const Responder& responder) {
                  Response response;
                  response.body = std::string(request.is_secure ? "secure " : "plain ") +
                                  std::to_string(request.body.size());
                  responder.send(std::move(response));
                }).value();
  ClientSettings trusting;
  trusting.url = "https://127.0.0.1:" + std::to_string(server->port());
  trusting.tls = TlsContext::client(made.certificate_file).value();
  auto client = HttpClient::open(trusting).value();
  EXPECT_EQ(client->post("/", std::string(1'000'000, 'x'))->body, "secure 1000000");
  EXPECT_EQ(client->get("/")->body, "secure 0");
  EXPECT_EQ(server->counts().accepted, 1U);
  ClientSettings suspicious = trusting;
  suspicious.tls = TlsContext::client("").value();
  EXPECT_FALSE(HttpClient::open(suspicious).value()->get("/"));
  std::filesystem::remove_all(folder);
}

TEST(Http, WhatTheServerSaysItselfIsSaidOnce) {
  Headers headers;
  headers.add("content-length", "99");
  headers.add("Transfer-Encoding", "chunked");
  headers.add("Allow", "GET");
  ResponseHead head{200, headers};
  head.length = 5;
  std::string out;
  append_head(head, out);
  EXPECT_EQ(out, "HTTP/1.1 200 OK\r\nAllow: GET\r\nContent-Length: 5\r\n\r\n");
}

}  // namespace
}  // namespace millwright::net
