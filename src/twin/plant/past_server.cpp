#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/log.hpp"
#include "twin/plant/past.hpp"

namespace millwright::twin {
namespace {

constexpr int niceness = 10;  // of 19: the live works and the server go first

void give_way() {
  const auto thread = static_cast<id_t>(::syscall(SYS_gettid));
  static_cast<void>(::setpriority(PRIO_PROCESS, thread, niceness));
}

}  // namespace

Result<std::unique_ptr<PastServer>> PastServer::open(const Life& life, std::uint16_t port) {
  std::unique_ptr<PastServer> server(new PastServer(life, TRY(net::RecordingListener::open(port))));
  PastServer* const opened = server.get();
  server->thread_ = std::thread([opened]() noexcept { opened->run(); });
  return server;
}

PastServer::~PastServer() {
  is_stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

void PastServer::run() noexcept {
  give_way();
  while (!is_stopping_) {
    auto socket = listener_.accept(is_stopping_);
    if (!socket) {
      log::warning("the past of the works cannot be served: " + socket.error().what);
      return;
    }
    if (!*socket) continue;
    const Outcome served = serve(**socket);
    if (!served && !is_stopping_) log::info("the past of the works: " + served.error().what);
  }
}

Outcome PastServer::serve(net::RecordingSocket& socket) {
  Bytes asked(net::recording_ask_bytes);
  TRY(socket.read_all(asked, is_stopping_));
  const Instant after = TRY(net::read_recording_ask(asked));
  PastRecorder recorder = TRY(PastRecorder::open(life_));
  Bytes bytes;
  bool is_first = true;
  while (!recorder.has_ended() && !is_stopping_) {
    bytes.clear();
    recorder.next(bytes);
    // The head is in the first hour, the totals in the last one.
    if (!is_first && !recorder.has_ended() && recorder.reached() <= after) continue;
    is_first = false;
    TRY(socket.write(bytes, is_stopping_));
  }
  return Done{};
}

}  // namespace millwright::twin
