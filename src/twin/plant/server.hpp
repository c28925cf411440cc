#pragma once

// Private to this folder: the OPC UA servers of the works.

#include <functional>
#include <memory>

#include "twin/plant/factory.hpp"

struct UA_Server;

namespace millwright::twin {

// What the clock node of each server does; see README.md.
struct ClockCalls {
  double rate = 1;  // of plant time to real time; 0: it stands still but for advance
  std::function<Result<Instant>(Duration)> advance;
};

// Whether nobody listens there. True for 0, which is any port.
bool is_free(std::uint16_t port);

// One server, with the machines of one group. No value of the works comes in but by write.
// Thread: one at a time.
class Server {
 public:
  // Errors: refused when the port is taken, with the port.
  static Result<std::unique_ptr<Server>> open(Group group, std::uint16_t port,
                                              const Factory& factory, const ClockCalls& clock);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  Outcome begin();  // opens the port; what was written before is there at once
  void turn();      // handles what came and what is due; never waits
  void write(const Reading& reading);
  void write_now(Instant now);
  std::uint16_t port() const;

 private:
  struct Inside;
  explicit Server(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace millwright::twin
