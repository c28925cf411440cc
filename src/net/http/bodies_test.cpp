#include <gtest/gtest.h>

#include <atomic>
#include <cstdio>
#include <thread>

#include "net/gzip/gzip.hpp"
#include "net/http/client.hpp"
#include "net/http/raw.hpp"

namespace millwright::net {
namespace {

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
  EXPECT_EQ(client->post("/", std::string(5'000'000, 'x'))->body, "took 5000000");
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
  settings.times.stop = 20ms;  // The producer never ends.
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
