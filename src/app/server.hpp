#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "flow/clock.hpp"
#include "flow/ports/journal.hpp"
#include "net/stream/stream.hpp"
#include "serve/access/access.hpp"

namespace millwright::app {

struct ServerSettings {
  std::filesystem::path plant_file;
  std::filesystem::path data = "data";
  net::Endpoint listen{"127.0.0.1", 8080};
  std::vector<std::string>
      host_names;  // by which browsers may reach it, beside localhost and addresses
  serve::Loopback loopback = serve::Loopback::asked;
  // Under `--clock manual` or `fast:N`: where the plant announces its time (opc.tcp://…). Empty:
  // real time.
  std::string clock_endpoint;
  // The time of a replay: from `start` on, `rate` times as fast as real.
  struct Replay {
    Instant start;
    double rate = 1;
  };
  std::optional<Replay> replay;
};

// The whole program but the virtual plant: opens the store, recovers, connects the sources and
// answers HTTP. Everything is ended, in order, by the destructor.
class Server {
 public:
  // Errors: invalid (the plant file, with every problem), refused (port or folder taken), corrupt
  // (the store).
  static Result<std::unique_ptr<Server>> open(const ServerSettings& settings);
  ~Server();
  std::uint16_t port() const;
  // http://127.0.0.1:8080/sign-in#CODE
  Result<std::string> sign_in_link();

 private:
  struct Inside;
  explicit Server(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace millwright::app
