#include "net/http/server.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <future>
#include <thread>

#include "net/http/raw.hpp"

namespace millwright::net {
namespace {

TEST(HttpServer, PipelinedRequestsAreAnsweredInOrder) {
  auto server = serve(small());
  Raw raw(*server);
  raw.send(get + "POST /b HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nxyz" +
           "GET /c HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  const std::string all = raw.rest();
  const std::size_t a = all.find("/a 0"), b = all.find("/b 3"), c = all.find("/c 0");
  EXPECT_LT(a, b);
  EXPECT_LT(b, c);
  EXPECT_NE(c, std::string::npos) << all;
}

TEST(HttpServer, ARefusedRequestIsToldWhyAndTheConnectionCloses) {
  auto server = serve(small());
  Raw raw(*server);
  raw.send("GET / HTTP/1.1\nHost: localhost\n\n" + get);
  const std::string all = raw.rest();
  EXPECT_TRUE(all.starts_with("HTTP/1.1 400 Bad Request\r\n")) << all;
  EXPECT_NE(all.find("\r\nConnection: close\r\n"), std::string::npos);
  EXPECT_NE(all.find(R"({"error": {"code": "invalid", "what": "a line of the head ends in LF)"),
            std::string::npos);
  EXPECT_EQ(all.find("/a 0"), std::string::npos) << "nothing after the refusal is served";
}

TEST(HttpServer, HeadIsAnsweredLikeGetWithoutABody) {
  auto server = serve(small());
  Raw raw(*server);
  raw.send("HEAD /a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  const std::string all = raw.rest();
  EXPECT_NE(all.find("\r\nContent-Length: 4\r\n"), std::string::npos) << all;
  EXPECT_TRUE(all.ends_with("\r\n\r\n")) << all;
}

TEST(HttpServer, AClientThatAsksFirstIsToldToContinue) {
  auto server = serve(small());
  Raw raw(*server);
  const std::string head = "POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n";
  raw.send(head + "Expect: 100-continue\r\n\r\n");
  EXPECT_EQ(raw.until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  raw.send("hello");
  EXPECT_TRUE(raw.until("/a 5").ends_with("/a 5"));
}

TEST(HttpServer, AClientThatAsksFirstWithTooMuchIsRefusedBeforeItSends) {
  auto server = serve(small());
  Raw raw(*server);
  raw.send(
      "POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\n"
      "Expect: 100-continue\r\n\r\n");
  EXPECT_TRUE(raw.rest().starts_with("HTTP/1.1 413 "));
}

TEST(HttpServer, ASlowHeadIsAnsweredWith408) {
  HttpSettings settings = small();
  settings.times.header = 20ms;
  auto server = serve(settings);
  Raw raw(*server);
  raw.send("GET / HT");
  EXPECT_TRUE(raw.rest().starts_with("HTTP/1.1 408 "));
  EXPECT_EQ(server->counts().timed_out, 1U);
}

TEST(HttpServer, ADrippingHeadDoesNotBuyTime) {
  HttpSettings settings = small();
  settings.times.header = 50ms;
  auto server = serve(settings);
  Raw raw(*server);
  std::promise<void> closed;
  std::thread dripping([&, over = closed.get_future()] {
    raw.send("GET / HTTP/1.1\r\nHost: localhost\r\nX: ");
    while (over.wait_for(std::chrono::milliseconds(1)) == std::future_status::timeout)
      raw.send("x");
  });
  EXPECT_TRUE(raw.until("\r\n").starts_with("HTTP/1.1 408 "));
  closed.set_value();
  dripping.join();
}

TEST(HttpServer, ABodyThatDoesNotComeIsAnsweredWith408) {
  HttpSettings settings = small();
  settings.times.body = 20ms;
  auto server = serve(settings);
  Raw raw(*server);
  raw.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhel");
  EXPECT_TRUE(raw.rest().starts_with("HTTP/1.1 408 "));
}

TEST(HttpServer, AnIdleConnectionIsClosedWithoutAWord) {
  HttpSettings settings = small();
  settings.times.idle = 20ms;
  auto server = serve(settings);
  Raw raw(*server);
  raw.send(get);
  EXPECT_TRUE(raw.rest().ends_with("/a 0"));
}

TEST(HttpServer, AClientThatDoesNotReadIsDropped) {
  HttpSettings settings = small();
  settings.times.write = 20ms;
  // Owners: the test and the answers under way.
  const auto big = std::make_shared<const std::string>(64 * 1024 * 1024, 'x');
  auto server = serve(settings, [big](const Request&, const Responder& responder) {
    Response response;
    response.kept_body = big;
    responder.send(std::move(response));
  });
  Raw raw(*server);
  raw.send(get);
  while (server->counts().timed_out == 0)
    std::this_thread::yield();
  EXPECT_LT(server->counts().bytes_out, big->size());
}

TEST(HttpServer, ForeignHostNamesAreRefused) {
  HttpSettings settings = small();
  settings.host_names = {"mill.example"};
  auto server = serve(settings);
  const auto status = [&](const std::string& host) {
    Raw raw(*server);
    raw.send("GET /a HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
    return raw.rest().substr(9, 3);
  };
  EXPECT_EQ(status("127.0.0.1:8080"), "200");
  EXPECT_EQ(status("mill.example"), "200");
  EXPECT_EQ(status("evil.example"), "403");
  EXPECT_EQ(status(""), "403");
  Raw old(*server);
  old.send("GET /a HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(old.rest().ends_with("/a 0")) << "no browser speaks HTTP/1.0";
}

TEST(HttpServer, ConnectionsBeyondTheLimitAreTurnedAwayWith503) {
  HttpSettings settings = small();
  settings.limits.connections_max = 1;
  auto server = serve(settings);
  Raw first(*server);
  first.send(get);
  EXPECT_TRUE(first.until("/a 0").ends_with("/a 0"));
  Raw second(*server);
  const std::string all = second.rest();
  EXPECT_TRUE(all.starts_with("HTTP/1.1 503 ")) << all;
  EXPECT_NE(all.find("Retry-After: 1"), std::string::npos);
  first.send(get);
  EXPECT_TRUE(first.until("/a 0").ends_with("/a 0"));
}

TEST(HttpServer, AConnectionEndsAfterItsShareOfRequests) {
  HttpSettings settings = small();
  settings.limits.requests_per_connection_max = 2;
  auto server = serve(settings);
  Raw raw(*server);
  raw.send(get + get + get);
  const std::string all = raw.rest();
  EXPECT_EQ(server->counts().requests, 2U);
  EXPECT_NE(all.find("Connection: close"), std::string::npos);
}

TEST(HttpServer, StoppingWaitsForTheAnswerUnderWay) {
  std::promise<Responder> asked;
  auto server = serve(
      small(), [&](const Request&, Responder responder) { asked.set_value(std::move(responder)); });
  Raw raw(*server);
  raw.send(get);
  auto responder = std::make_unique<Responder>(asked.get_future().get());
  std::thread stopping([&] { server->stop(); });
  Response response;
  response.body = "last words";
  responder->send(std::move(response));
  EXPECT_TRUE(raw.rest().ends_with("last words"));
  stopping.join();
}

TEST(HttpServer, StoppingDoesNotWaitForever) {
  HttpSettings settings = small();
  settings.times.stop = 20ms;
  std::promise<Responder> asked;
  auto server = serve(settings, [&](const Request&, Responder responder) {
    asked.set_value(std::move(responder));
  });
  Raw raw(*server);
  raw.send(get);
  const Responder responder = asked.get_future().get();
  server->stop();
  server.reset();
  responder.send({});  // Too late, and harmless.
  EXPECT_EQ(raw.rest(), "");
}

TEST(HttpServer, ServesFromSeveralThreads) {
  HttpSettings settings = small();
  settings.threads = 3;
  auto server = serve(settings);
  std::deque<Raw> many;
  for (int i = 0; i < 12; ++i) {
    many.emplace_back(*server);
    many.back().send(get);
  }
  for (Raw& raw : many)
    EXPECT_TRUE(raw.until("/a 0").ends_with("/a 0"));
}

TEST(HttpServer, Http10ClosesUnlessAskedToStay) {
  auto server = serve(small());
  Raw closing(*server);
  closing.send("GET /a HTTP/1.0\r\nHost: localhost\r\n\r\n");
  EXPECT_TRUE(closing.rest().ends_with("/a 0"));
  Raw staying(*server);
  staying.send("GET /a HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_NE(staying.until("/a 0").find("Connection: keep-alive"), std::string::npos);
  staying.send(get);
  EXPECT_TRUE(staying.until("/a 0").ends_with("/a 0"));
}

}  // namespace
}  // namespace millwright::net
