#pragma once

#include <functional>
#include <memory>
#include <thread>

#include "flow/clock.hpp"
#include "flow/view.hpp"
#include "net/websocket/websocket.hpp"

namespace millwright::serve {

struct LiveSettings {
  Duration frame = 33ms;          // at most one message in so long
  Duration heartbeat = 1s;        // at least one, so that a page knows it is fresh
  std::size_t pages_max = 200;    // sockets open at a time; beyond it 1013
  std::size_t keys_max = 20'000;  // watched by one page
};

// The live socket: sends each page the rows that changed in the views that it watches, whole rows,
// newest only: a slow page gets fewer messages and never old ones. One thread builds the messages
// of all pages.
class Live {
 public:
  Live(const LiveSettings& settings, const flow::Views& views, const flow::Clock& clock);
  ~Live();
  // Says good-bye to all pages and takes no more.
  void stop();
  void accept(net::Request&& request, net::Responder responder);

 private:
  class Inside;
  std::shared_ptr<Inside> inside_;  // owners: this and the open sockets, which end later
  std::thread thread_;
};

}  // namespace millwright::serve
