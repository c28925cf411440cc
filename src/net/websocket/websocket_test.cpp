#include "net/websocket/websocket.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <future>
#include <mutex>

#include "net/http/client.hpp"
#include "net/http/server.hpp"

namespace millwright::net {
namespace {

constexpr Duration patience = 20s;  // A bound for waiting, never a time to wait.

// What one side heard, in words, waited for by condition.
class Log {
 public:
  void add(std::string line) {
    const std::lock_guard lock(mutex_);
    lines_.push_back(std::move(line));
    changed_.notify_all();
  }
  bool has(const std::string& line) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [&] {
      return std::find(lines_.begin(), lines_.end(), line) != lines_.end();
    });
  }
  std::size_t count(std::string_view line) {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(std::count(lines_.begin(), lines_.end(), line));
  }
  WebSocketEars ears() {
    return {[this](std::string_view message, Frame frame) {
              add((frame == Frame::text ? "text " : "binary ") +
                  (message.size() > 100 ? std::to_string(message.size()) : std::string(message)));
            },
            [this] { add("written"); },
            [this](int code, std::string_view) { add("closed " + std::to_string(code)); }};
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> lines_;
};

struct Peer {
  Log log;
  std::shared_ptr<WebSocket> socket;  // Owners: the connection and this test.
};

// A server that keeps the newest socket, and a loop for clients.
class WebSockets : public testing::Test {
 protected:
  void serve(const WebSocketSettings& settings, std::size_t connections_max = 100) {
    HttpSettings http;
    http.limits.connections_max = connections_max;
    http.listen = {"127.0.0.1", 0};
    server_ =
        HttpServer::open(http, [this, settings](Request&& request, const Responder& responder) {
          accept_websocket(std::move(request), responder, settings,
                           [this](std::shared_ptr<WebSocket> socket) {
                             there_.socket = std::move(socket);
                             there_.log.add("open");
                             return there_.log.ears();
                           });
        }).value();
  }
  void dial(const WebSocketSettings& settings, Headers headers = {}) {
    WebSocketAsk ask;
    ask.url = "ws://127.0.0.1:" + std::to_string(server_->port()) + "/live";
    ask.headers = std::move(headers);
    connect_websocket(
        *loop_, ask, settings,
        [this](std::shared_ptr<WebSocket> socket) {
          here_.socket = std::move(socket);
          here_.log.add("open");
          return here_.log.ears();
        },
        [this](const Error& error) { here_.log.add("refused " + error.what); });
  }
  void TearDown() override {
    if (server_) server_->stop();
    loop_->stop();
  }

  std::unique_ptr<Loop> loop_ = Loop::open().value();
  Peer here_, there_;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(WebSockets, CarryTextAndBinaryBothWaysAndCloseInGoodOrder) {
  serve({});
  dial({});
  ASSERT_TRUE(here_.log.has("open"));
  EXPECT_TRUE(here_.socket->send("hello"));
  EXPECT_TRUE(there_.log.has("text hello"));
  EXPECT_TRUE(there_.socket->send("there", Frame::binary));
  EXPECT_TRUE(here_.log.has("binary there"));
  EXPECT_TRUE(there_.log.has("written"));
  there_.socket->close(1001, "the server stops");
  EXPECT_TRUE(here_.log.has("closed 1001"));
  EXPECT_TRUE(there_.log.has("closed 1001"));
  EXPECT_FALSE(there_.socket->send("too late"));
}

TEST_F(WebSockets, AMessageOverTheLimitClosesWith1009) {
  WebSocketSettings small;
  small.message_bytes_max = 1000;
  serve(small);
  dial({});
  ASSERT_TRUE(here_.log.has("open"));
  here_.socket->send(std::string(1000, 'x'));
  EXPECT_TRUE(there_.log.has("text 1000"));
  ASSERT_TRUE(here_.log.has("written"));
  here_.socket->send(std::string(1001, 'x'));
  EXPECT_TRUE(there_.log.has("closed 1009"));
}

TEST_F(WebSockets, ASlowClientGetsNoQueueAndTheOwnerHearsWhenThereIsRoom) {
  serve({});
  dial({});
  ASSERT_TRUE(there_.log.has("open"));
  ASSERT_TRUE(here_.log.has("open"));
  std::promise<void> held, let_go;
  loop_->post([&] {
    held.set_value();
    let_go.get_future().wait();
  });
  held.get_future().wait();
  const std::string big(64 * 1024 * 1024, 'x');
  EXPECT_TRUE(there_.socket->send(big));
  EXPECT_FALSE(there_.socket->send("newer"));
  EXPECT_EQ(there_.log.count("written"), 0U);
  let_go.set_value();
  here_.socket->close();
  EXPECT_TRUE(there_.log.has("closed 1000") || there_.log.has("closed 1006"));
}

TEST_F(WebSockets, DeflateUnpacksOnlyUpToTheLimit) {
  WebSocketSettings packed;
  packed.deflate = true;
  packed.message_bytes_max = 100'000;
  serve(packed);
  dial(packed);
  ASSERT_TRUE(here_.log.has("open"));
  here_.socket->send(std::string(90'000, 'x'));
  EXPECT_TRUE(there_.log.has("text 90000"));
  ASSERT_TRUE(here_.log.has("written"));
  here_.socket->send(std::string(10'000'000, 'x'));
  EXPECT_TRUE(there_.log.has("closed 1009"));
}

// A client that shakes hands and then says nothing, not even pong. It keeps what it hears.
struct Mute {
  std::unique_ptr<Stream> stream;
  Bytes into = Bytes(4096);
  std::string heard;
  std::promise<void> ended;

  void read() {
    stream->read({into.data(), into.size()}, [this](const Result<std::size_t>& count) {
      if (!count || *count == 0) return ended.set_value();
      heard.append(into.begin(), into.begin() + static_cast<std::ptrdiff_t>(*count));
      read();
    });
  }
};

TEST_F(WebSockets, ASilentClientIsAskedByPingAndThenDropped) {
  WebSocketSettings impatient;
  impatient.ping = 5ms;
  impatient.silence = 20ms;
  serve(impatient);
  const std::string head =
      "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  Mute mute;
  loop_->post([&, this] {
    connect(*loop_, {{"127.0.0.1", server_->port()}, nullptr},
            [&](Result<std::unique_ptr<Stream>> connected) {
              mute.stream = std::move(connected).value();
              mute.stream->write({as_bytes(head)}, [](const Outcome&) {});
              mute.read();
            });
  });
  EXPECT_TRUE(there_.log.has("closed 1006"));
  mute.ended.get_future().wait();
  // The accept key is that of the example in RFC 6455, 1.3; 0x89 0x00 is an empty ping.
  EXPECT_NE(mute.heard.find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
            std::string::npos);
  EXPECT_NE(mute.heard.find(std::string("\x89\x00", 2)), std::string::npos);
  loop_->stop();
}

TEST_F(WebSockets, PagesOfAnotherOriginAreRefused) {
  serve({});
  Headers foreign;
  foreign.add("Origin", "http://evil.example");
  dial({}, foreign);
  EXPECT_TRUE(
      here_.log.has("refused the server did not open a WebSocket (status 403): The "
                    "WebSocket handshake was declined by the remote peer"));
  Headers own;
  own.add("Origin", "http://127.0.0.1:" + std::to_string(server_->port()));
  dial({}, own);
  EXPECT_TRUE(here_.log.has("open"));
}

TEST_F(WebSockets, TakeAPlaceOfTheServerUntilTheyEnd) {
  serve({}, 1);
  dial({});
  ASSERT_TRUE(here_.log.has("open"));
  ClientSettings settings;
  settings.url = "http://127.0.0.1:" + std::to_string(server_->port());
  EXPECT_EQ(HttpClient::open(settings).value()->get("/live")->status, 503);
  here_.socket->close();
  ASSERT_TRUE(there_.log.has("closed 1000"));
  int status = 503;
  for (int i = 0; i < 10'000 && status == 503; ++i)
    status = HttpClient::open(settings).value()->get("/live")->status;
  EXPECT_EQ(status, 426);
}

TEST_F(WebSockets, APlainRequestHearsThatThisIsAWebSocket) {
  serve({});
  ClientSettings settings;
  settings.url = "http://127.0.0.1:" + std::to_string(server_->port());
  auto client = HttpClient::open(settings).value();
  EXPECT_EQ(client->get("/live")->status, 426);
}

}  // namespace
}  // namespace millwright::net
