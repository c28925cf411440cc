#include "net/stream/stream.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <filesystem>
#include <future>

#include "net/tls/tls.hpp"

namespace millwright::net {
namespace {

constexpr std::chrono::seconds patience{20};  // A bound for waiting, never a time to wait.

template <class T>
T got(std::future<T> future) {
  CHECK(future.wait_for(patience) == std::future_status::ready);
  return future.get();
}

// Two ends of one connection, and the loop on which they live.
class Streams : public testing::Test {
 protected:
  // Errors: why the client could not connect.
  Outcome join(std::shared_ptr<const TlsContext> server, std::shared_ptr<const TlsContext> client,
               const std::string& host = "127.0.0.1") {
    std::promise<std::unique_ptr<Stream>> accepted;
    std::promise<Result<std::unique_ptr<Stream>>> connected;
    Listener::Settings settings;
    settings.at = {"127.0.0.1", 0};
    settings.tls = std::move(server);
    Loop* const loops[] = {loop_.get()};
    listener_ = Listener::open(settings, loops, [&](std::unique_ptr<Stream> stream) {
                  accepted.set_value(std::move(stream));
                }).value();
    loop_->post([&] {
      connect(*loop_, {{host, listener_->port()}, std::move(client)},
              [&](auto stream) { connected.set_value(std::move(stream)); });
    });
    Result<std::unique_ptr<Stream>> stream = got(connected.get_future());
    if (!stream) return stream.error();
    here_ = std::move(stream).value();
    there_ = got(accepted.get_future());
    return Done{};
  }
  Result<std::size_t> read(Stream& stream, Bytes& into) {
    std::promise<Result<std::size_t>> done;
    loop_->post([&] {
      stream.read({into.data(), into.size()}, [&](auto n) { done.set_value(n); });
    });
    return got(done.get_future());
  }
  Outcome write(Stream& stream, std::vector<ByteView> parts) {
    std::promise<Outcome> done;
    loop_->post([&] { stream.write(parts, [&](const Outcome& out) { done.set_value(out); }); });
    return got(done.get_future());
  }
  Outcome shut_down(Stream& stream) {
    std::promise<Outcome> done;
    loop_->post([&] { stream.shut_down([&](const Outcome& out) { done.set_value(out); }); });
    return got(done.get_future());
  }
  void TearDown() override {
    loop_->stop();
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
  }
  SelfSigned certificate(const std::string& name) {
    if (folder_.empty()) {
      std::string pattern = testing::TempDir() + "streamXXXXXX";
      folder_ = ::mkdtemp(pattern.data());
    }
    SelfSigned made;
    made.certificate_file = folder_ + "/" + name + ".pem";
    made.key_file = folder_ + "/" + name + ".key";
    made.hosts = {"localhost", "127.0.0.1"};
    made.from = std::chrono::system_clock::now() - 1h;
    CHECK(make_self_signed(made).has_value());
    return made;
  }
  std::shared_ptr<const TlsContext> server_of(const SelfSigned& made) {
    return TlsContext::server(made.certificate_file, made.key_file).value();
  }
  std::shared_ptr<const TlsContext> trust_in(const SelfSigned& made) {
    return TlsContext::client(made.certificate_file).value();
  }

  std::unique_ptr<Loop> loop_ = Loop::open().value();
  std::unique_ptr<Listener> listener_;
  std::unique_ptr<Stream> here_, there_;
  std::string folder_;
};

TEST_F(Streams, CarryBytesInOrderAndSayTheEnd) {
  ASSERT_TRUE(join(nullptr, nullptr));
  EXPECT_FALSE(here_->is_secure());
  EXPECT_TRUE(is_loopback(there_->remote().address));
  ASSERT_TRUE(write(*here_, {as_bytes("one "), as_bytes("two")}));
  Bytes into(100);
  std::string heard;
  while (heard.size() < 7)
    heard.append(into.begin(),
                 into.begin() + static_cast<std::ptrdiff_t>(read(*there_, into).value()));
  EXPECT_EQ(heard, "one two");
  ASSERT_TRUE(shut_down(*here_));
  EXPECT_EQ(read(*there_, into).value(), 0U);
}

TEST_F(Streams, CarryBytesOverTls) {
  const SelfSigned made = certificate("a");
  ASSERT_TRUE(join(server_of(made), trust_in(made)));
  EXPECT_TRUE(here_->is_secure());
  ASSERT_TRUE(write(*there_, {as_bytes("hello")}));
  Bytes into(100);
  EXPECT_EQ(read(*here_, into).value(), 5U);
}

TEST_F(Streams, ANameInTheCertificateIsAccepted) {
  const SelfSigned made = certificate("a");
  EXPECT_TRUE(join(server_of(made), trust_in(made), "localhost"));
}

TEST_F(Streams, ACertificateThatIsNotTrustedIsRefused) {
  const Outcome joined = join(server_of(certificate("a")), trust_in(certificate("b")));
  ASSERT_FALSE(joined);
  EXPECT_EQ(joined.error().code, Code::refused);
}

TEST_F(Streams, ACertificateForAnotherHostIsRefused) {
  SelfSigned made = certificate("a");
  made.certificate_file = folder_ + "/other.pem";
  made.key_file = folder_ + "/other.key";
  made.hosts = {"other.example"};
  ASSERT_TRUE(make_self_signed(made));
  const Outcome joined = join(server_of(made), trust_in(made));
  ASSERT_FALSE(joined);
  EXPECT_EQ(joined.error().code, Code::refused);
}

TEST_F(Streams, AClientThatDoesNotSpeakTlsIsDropped) {
  const SelfSigned made = certificate("a");
  Listener::Settings settings;
  settings.at = {"127.0.0.1", 0};
  settings.tls = server_of(made);
  settings.handshake_time = 20ms;
  Loop* const loops[] = {loop_.get()};
  listener_ = Listener::open(settings, loops, [](std::unique_ptr<Stream>) { FAIL(); }).value();
  std::promise<std::unique_ptr<Stream>> connected;
  loop_->post([&] {
    connect(*loop_, {{"127.0.0.1", listener_->port()}, nullptr},
            [&](auto stream) { connected.set_value(std::move(stream).value()); });
  });
  here_ = got(connected.get_future());
  Bytes into(100);
  const Result<std::size_t> count = read(*here_, into);
  EXPECT_TRUE(!count || *count == 0);
}

TEST_F(Streams, AnAddressThatIsTakenIsNamed) {
  ASSERT_TRUE(join(nullptr, nullptr));
  Listener::Settings settings;
  settings.at = {"127.0.0.1", listener_->port()};
  Loop* const loops[] = {loop_.get()};
  const auto again = Listener::open(settings, loops, [](std::unique_ptr<Stream>) {});
  ASSERT_FALSE(again);
  EXPECT_NE(again.error().what.find("cannot listen on 127.0.0.1:"), std::string::npos);
}

TEST_F(Streams, WhereNobodyListensTheConnectionFailsWithTheAddress) {
  ASSERT_TRUE(join(nullptr, nullptr));
  const std::uint16_t port = listener_->port();
  std::promise<void> closed;
  loop_->post([&] {
    listener_->close();
    closed.set_value();
  });
  got(closed.get_future());
  std::promise<Result<std::unique_ptr<Stream>>> connected;
  loop_->post([&] {
    connect(*loop_, {{"127.0.0.1", port}, nullptr},
            [&](auto stream) { connected.set_value(std::move(stream)); });
  });
  const auto stream = got(connected.get_future());
  ASSERT_FALSE(stream);
  EXPECT_EQ(stream.error().code, Code::offline);
  EXPECT_NE(stream.error().what.find("127.0.0.1:" + std::to_string(port)), std::string::npos);
}

TEST_F(Streams, TheEndOfTheLoopEndsAReadThatWaits) {
  ASSERT_TRUE(join(nullptr, nullptr));
  Bytes into(100);
  std::promise<Result<std::size_t>> done;
  loop_->post([&] {
    here_->read({into.data(), into.size()}, [&](auto count) { done.set_value(count); });
  });
  loop_->stop();
  EXPECT_FALSE(got(done.get_future()));
}

TEST_F(Streams, ATimerRingsOnceAndNotAfterItWasCancelled) {
  std::promise<void> rang;
  int wrong = 0;
  std::unique_ptr<Timer> first, second, third;
  loop_->post([&] {
    first = std::make_unique<Timer>(*loop_);
    second = std::make_unique<Timer>(*loop_);
    third = std::make_unique<Timer>(*loop_);
    first->start(1ms, [&] { ++wrong; });
    first->cancel();
    second->start(1ms, [&] { ++wrong; });
    second->start(2ms, [&] { second.reset(); });
    third->start(10ms, [&] { rang.set_value(); });
  });
  got(rang.get_future());
  loop_->stop();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(second, nullptr);
}

TEST(Endpoint, ReadsBackAsWritten) {
  for (const char* text : {"127.0.0.1:8080", "[::1]:0", "0.0.0.0:65535", "mill:1"})
    EXPECT_EQ(to_text(to_endpoint(text).value()), text);
  for (const char* text :
       {"", ":", "127.0.0.1", ":80", "::1:80", "[]:1", "a:65536", "a:-1", "a:1x"})
    EXPECT_FALSE(to_endpoint(text)) << text;
}

}  // namespace
}  // namespace millwright::net
