#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "net/opcua/back_off.hpp"
#include "net/opcua/session.hpp"

namespace millwright::net::opcua {

// What a client tells its owner, all on the client's thread. Must not wait.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual void connected(std::size_t watched, const std::vector<Trouble>& warnings) = 0;
  // There is no connection: said when it ends and after each try that fails.
  virtual void lost(const Trouble& why) = 0;
  // Said at each connect for each item that the server refuses.
  virtual void refused(const Refusal& refusal) = 0;
  // A refused item is watched after all.
  virtual void accepted(std::size_t item) = 0;
  virtual void sample(std::size_t item, const Sample& sample) = 0;
  // The server has shown that it is there: after each group of samples, and at least every
  // Session::silence_max. All samples that have come have been handed over.
  virtual void alive() = 0;
};

struct ClientSettings {
  SessionSettings session;
  Duration publishing = 50ms;
  std::uint64_t seed = 1;  // of the back-off
};

// Keeps a session open for good on a thread of its own: when it ends, for whatever reason, the
// client waits (BackOff), finds the namespaces anew, and watches everything again. The destructor
// ends the thread, within about a second. Thread: any; the listener hears the client's thread.
class Client {
 public:
  static constexpr std::size_t commands_max = 1000;
  static constexpr Duration step = 50ms;          // how long a command waits at most
  static constexpr Duration refused_again = 30s;  // a node may come later
  static constexpr Duration stable_after = 10s;  // a session that lived so long resets the back-off

  Client(ClientSettings settings, std::vector<Item> items, Listener& listener);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Runs on the client's thread, with the session, or with nothing while there is none. False: too
  // many wait.
  using Command = std::function<void(Session*)>;
  bool post(Command command);

 private:
  void run() noexcept;
  Outcome serve(Session& session);
  Outcome try_refused(Session& session, std::vector<Refusal>& refused);
  void do_commands(Session* session);
  void wait(Duration time);
  void add_hints(Session& session, std::vector<Refusal>& refused);

  ClientSettings settings_;
  std::vector<Item> items_;
  Listener& listener_;
  BackOff back_off_;
  std::atomic<bool> is_stopping_ = false;
  std::mutex mutex_;
  std::condition_variable stop_or_command_;
  std::deque<Command> commands_;
  std::thread thread_;
};

}  // namespace millwright::net::opcua
