// Requests and bytes over loopback, client and server in this one process: both share the figures.
#include <arpa/inet.h>
#include <benchmark/benchmark.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/http/reader.hpp"
#include "net/http/server.hpp"

namespace millwright::net {
namespace {

constexpr std::string_view request =
    "GET /api/v1/health HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nUser-Agent: bench\r\nAccept: "
    "*/*\r\n\r\n";

std::unique_ptr<HttpServer> serve(std::size_t body_bytes_max = 0) {
  HttpSettings settings;
  settings.listen = {"127.0.0.1", 0};
  if (body_bytes_max > 0) settings.limits.body_bytes_max = body_bytes_max;
  // Owners: the handler and the answers under way.
  const auto big = std::make_shared<const std::string>(64 * 1024 * 1024, 'x');
  return HttpServer::open(settings,
                          [big](const Request& asked, const Responder& responder) {
                            Response response = json_response(R"({"status": "accepting"})");
                            if (asked.path == "/big") response.kept_body = big;
                            responder.send(std::move(response));
                          })
      .value();
}

class Client {
 public:
  explicit Client(const HttpServer& server) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(server.port());
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0);
  }
  ~Client() { ::close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      CHECK(count > 0);
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
  }
  std::size_t receive() {
    const ssize_t count = ::recv(socket_, buffer_.data(), buffer_.size(), 0);
    CHECK(count > 0);
    return static_cast<std::size_t>(count);
  }
  void receive(std::size_t size) {
    for (std::size_t have = 0; have < size;)
      have += receive();
  }

 private:
  int socket_;
  Bytes buffer_ = Bytes(256 * 1024);
};

void BM_SmallGetKeptAlive(benchmark::State& state) {
  auto server = serve();
  Client client(*server);
  for (auto _ : state) {
    client.send(request);
    benchmark::DoNotOptimize(client.receive());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_SmallGetKeptAlive)->UseRealTime();

// 16 requests at a time: what the server does when it need not wait for the client.
void BM_SmallGetPipelined(benchmark::State& state) {
  constexpr int depth = 16;
  auto server = serve();
  Client client(*server);
  client.send(request);
  const std::size_t answer = client.receive() + 1;  // Request ids grow by a digit now and then.
  std::string many;
  for (int i = 0; i < depth; ++i)
    many += request;
  for (auto _ : state) {
    client.send(many);
    client.receive((answer - 1) * depth);
  }
  state.SetItemsProcessed(state.iterations() * depth);
}
BENCHMARK(BM_SmallGetPipelined)->UseRealTime();

void BM_LargeAnswer(benchmark::State& state) {
  auto server = serve();
  Client client(*server);
  constexpr std::size_t size = 64 * 1024 * 1024;
  for (auto _ : state) {
    client.send("GET /big HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    client.receive(size);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(size));
}
BENCHMARK(BM_LargeAnswer)->UseRealTime();

void BM_LargeBody(benchmark::State& state) {
  constexpr std::size_t size = 16 * 1024 * 1024;
  auto server = serve(size);
  Client client(*server);
  const std::string head =
      "POST /in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: " + std::to_string(size) +
      "\r\n\r\n";
  const std::string body(size, 'x');
  for (auto _ : state) {
    client.send(head);
    client.send(body);
    benchmark::DoNotOptimize(client.receive());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(size));
}
BENCHMARK(BM_LargeBody)->UseRealTime();

void BM_ReadRequest(benchmark::State& state) {
  const HttpLimits limits;
  for (auto _ : state) {
    RequestReader reader(limits);
    ByteView input = as_bytes(request);
    benchmark::DoNotOptimize(reader.step(input));
    benchmark::DoNotOptimize(reader.step(input));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_ReadRequest);

}  // namespace
}  // namespace millwright::net
