#include "net/http/server.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdio>
#include <deque>
#include <future>
#include <thread>

#include "net/gzip/gzip.hpp"
#include "net/http/client.hpp"

namespace millwright::net {
namespace {

constexpr int patience_seconds = 20;  // A bound for waiting, never a time to wait.

// A client that sends exactly what it is told, also what no client should.
class Raw {
 public:
  explicit Raw(const HttpServer& server) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval patience{patience_seconds, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(server.port());
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0);
  }
  ~Raw() { ::close(socket_); }
  Raw(const Raw&) = delete;
  Raw& operator=(const Raw&) = delete;

  void send(std::string_view bytes) {
    EXPECT_EQ(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  void end() { ::shutdown(socket_, SHUT_WR); }
  // All that comes until the server closes; "…hung" at the end when it does not.
  std::string rest() {
    std::string all;
    char buffer[4096];
    while (true) {
      const ssize_t count = ::recv(socket_, buffer, sizeof buffer, 0);
      if (count == 0) return all;
      if (count < 0) return all + (errno == EAGAIN ? "…hung" : "…reset");
      all.append(buffer, static_cast<std::size_t>(count));
    }
  }
  // What comes up to and with `mark`.
  std::string until(std::string_view mark) {
    std::string all;
    char c = 0;
    while (all.find(mark) == std::string::npos && ::recv(socket_, &c, 1, 0) == 1)
      all += c;
    return all;
  }

 private:
  int socket_;
};

HttpSettings small() {
  HttpSettings settings;
  settings.listen = {"127.0.0.1", 0};
  return settings;
}

void say_ok(const Request& request, const Responder& responder) {
  Response response;
  response.body = request.path + " " + std::to_string(request.body.size());
  responder.send(std::move(response));
}

std::unique_ptr<HttpServer> serve(const HttpSettings& settings, Handler handler = say_ok,
                                  Gate gate = {}) {
  return HttpServer::open(settings, std::move(handler), std::move(gate)).value();
}

const std::string get = "GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n";

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

TEST(HttpServer, TheGateRefusesAndSetsTheLimitOfARoute) {
  auto server = serve(small(), say_ok, [](const Request& head) {
    Intake intake;
    if (head.path == "/closed") intake.refusal = error_response(401, "sign in");
    if (head.path == "/wide") intake.body_bytes_max = 8 * 1024 * 1024;
    return intake;
  });
  ClientSettings settings;
  settings.url = "http://127.0.0.1:" + std::to_string(server->port());
  auto client = HttpClient::open(settings).value();
  EXPECT_EQ(client->get("/closed")->status, 401);
  EXPECT_EQ(client->post("/closed", "{}")->status, 401);
  const std::string two_mib(2 * 1024 * 1024, 'x');
  EXPECT_EQ(client->post("/narrow", two_mib)->status, 413);
  EXPECT_EQ(client->post("/wide", two_mib)->body, "/wide 2097152");
}

TEST(HttpServer, AGzipBodyIsUnpackedUpToItsLimit) {
  HttpSettings settings = small();
  settings.limits.unzipped_bytes_max = 100'000;
  auto server = serve(settings);
  const auto answer = [&](const std::string& body, const std::string& coding) {
    Raw raw(*server);
    raw.send("POST /z HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Encoding: " +
             coding + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    return raw.rest();
  };
  const std::string packed = zipped(as_bytes(std::string(100'000, 'x')));
  EXPECT_TRUE(answer(packed, "gzip").ends_with("/z 100000"));
  EXPECT_TRUE(
      answer(zipped(as_bytes(std::string(100'001, 'x'))), "gzip").starts_with("HTTP/1.1 413"));
  EXPECT_TRUE(answer(packed.substr(0, 50), "gzip").starts_with("HTTP/1.1 400"));
  EXPECT_TRUE(answer("plain", "gzip").starts_with("HTTP/1.1 400"));
  EXPECT_TRUE(answer("plain", "zstd").starts_with("HTTP/1.1 415"));
}

// Takes an upload piece by piece and answers with its size, or with what went wrong.
void count_pieces(const std::shared_ptr<Upload>& upload, const Responder& responder,
                  std::size_t size = 0) {
  upload->next([upload, responder, size](const Result<std::string>& piece) {
    Response response;
    if (piece && !piece->empty()) return count_pieces(upload, responder, size + piece->size());
    response.body = piece ? "took " + std::to_string(size) : piece.error().what;
    responder.send(std::move(response));
  });
}

Intake in_pieces(const Request& /*head*/) {
  Intake intake;
  intake.body = Intake::Body::pieces;
  intake.body_bytes_max = 64 * 1024 * 1024;
  return intake;
}

TEST(HttpServer, AnUploadIsTakenInPieces) {
  auto server = serve(
      small(),
      [](const Request& request, const Responder& responder) {
        count_pieces(request.upload, responder);
      },
      in_pieces);
  ClientSettings settings;
  settings.url = "http://127.0.0.1:" + std::to_string(server->port());
  auto client = HttpClient::open(settings).value();
  EXPECT_EQ(client->post("/", std::string(30'000'000, 'x'))->body, "took 30000000");
  EXPECT_EQ(client->post("/", "")->body, "took 0");
  EXPECT_EQ(client->get("/")->body, "took 0");
  EXPECT_EQ(server->counts().accepted, 1U) << "the connection stays";
}

TEST(HttpServer, AnUploadThatIsAnsweredEarlyEndsTheConnection) {
  auto server = serve(
      small(),
      [](const Request&, const Responder& responder) {
        responder.send(error_response(409, "not now"));
      },
      in_pieces);
  Raw raw(*server);
  raw.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n" +
           std::string(100'000, 'x'));
  raw.end();
  EXPECT_TRUE(raw.rest().starts_with("HTTP/1.1 409 "));
}

TEST(HttpServer, AProducerIsAskedOnlyWhileThereIsRoom) {
  HttpSettings settings = small();
  settings.limits.write_buffer_bytes_max = 100'000;
  std::atomic<std::size_t> asked{0};
  auto server = serve(settings, [&](const Request&, const Responder& responder) {
    Response response;
    response.producer = [&](const std::shared_ptr<PieceSink>& sink) {
      ++asked;
      sink->more(std::string(10'000, 'x'));
    };
    responder.send(std::move(response));
  });
  Raw raw(*server);
  raw.send(get);
  while (asked < 10)
    std::this_thread::yield();
  // The kernel takes some megabytes; an endless producer without a bound would go on beyond that.
  EXPECT_NE(raw.until("\r\n\r\n").find("Transfer-Encoding: chunked"), std::string::npos);
  EXPECT_EQ(raw.until("\r\n"), "2710\r\n");
  server->stop();
  EXPECT_LT(asked, 5000U);
}

TEST(HttpServer, AProducerThatGivesUpBreaksTheBodyOff) {
  auto server = serve(small(), [](const Request&, const Responder& responder) {
    Response response;
    // Owners: the producer alone.
    auto calls = std::make_shared<int>(0);
    response.producer = [calls](const std::shared_ptr<PieceSink>& sink) {
      if (++*calls == 1) sink->more("half");
    };
    responder.send(std::move(response));
  });
  Raw raw(*server);
  raw.send(get);
  const std::string all = raw.rest();
  EXPECT_NE(all.find("half"), std::string::npos) << all;
  EXPECT_EQ(all.find("\r\n0\r\n\r\n"), std::string::npos) << "a cut body must not look whole";
}

TEST(HttpServer, AHeaderWithALineEndIsNeverSent) {
  auto server = serve(small(), [](const Request&, const Responder& responder) {
    Response response;
    response.headers.add("Location", "/x\r\nSet-Cookie: stolen=1");
    responder.send(std::move(response));
  });
  Raw raw(*server);
  raw.send("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  const std::string all = raw.rest();
  EXPECT_TRUE(all.starts_with("HTTP/1.1 500 "));
  EXPECT_EQ(all.find("stolen"), std::string::npos);
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

// A program that nobody here wrote, on loopback.
TEST(HttpServer, CurlGetsPostsAndUploadsInChunks) {
  if (std::system("command -v curl >/dev/null") != 0) GTEST_SKIP() << "curl is not installed";
  auto server = serve(small());
  const std::string url = "http://127.0.0.1:" + std::to_string(server->port());
  const auto curl = [&](const std::string& words) {
    std::string out;
    std::FILE* pipe = ::popen(("curl --silent --max-time 20 " + words).c_str(), "r");
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe))
      out += static_cast<char>(c);
    ::pclose(pipe);
    return out;
  };
  EXPECT_EQ(curl(url + "/x"), "/x 0");
  EXPECT_EQ(curl("-d hello " + url + "/x"), "/x 5");
  EXPECT_EQ(curl("-X DELETE " + url + "/x"), "/x 0");
  EXPECT_EQ(curl("-H 'Transfer-Encoding: chunked' -d hello " + url + "/x"), "/x 5");
  EXPECT_EQ(curl("-H 'Expect: 100-continue' -d hello " + url + "/x " + url + "/y"), "/x 5/y 5");
  EXPECT_EQ(curl("-I -o /dev/null -w '%{http_code}' " + url + "/x"), "200");
}

}  // namespace
}  // namespace millwright::net
