#pragma once

#include <array>
#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "net/opcua/node_name.hpp"
#include "net/opcua/trouble.hpp"
#include "net/opcua/value.hpp"

namespace millwright::net::opcua {

enum class Security : std::uint8_t { none, sign, encrypt };
constexpr std::array<std::string_view, 3> security_words{"none", "sign", "encrypt"};
constexpr std::span<const std::string_view> words_of(Security) {
  return security_words;
}

struct SessionSettings {
  std::string endpoint;  // opc.tcp://host:port/path
  Security security = Security::none;
  std::string user;                     // empty: anonymous
  std::filesystem::path password_file;  // read at each connect; its first line is the password
  std::filesystem::path certificates;   // folder; needed for encryption and for passwords
  Duration timeout = 5s;                // for one answer
};

// One value that is watched.
struct Item {
  NodeName node;
  std::optional<Duration> sampling;  // absent: as the subscription publishes; 0: on each change
  std::uint32_t queue = 10;          // values kept by the server between two messages
  std::optional<double> deadband;
};

// Why one item is not watched.
struct Refusal {
  std::size_t item;
  std::uint32_t status;
  Trouble trouble;
};

enum class NodeClass : std::uint8_t { object, variable, method, other };

struct Child {
  NodeName node;
  std::string name;  // browse name
  NodeClass kind = NodeClass::other;
};

// Called on the owner's thread from within pump() and other calls; must not call the session.
using Hear = std::function<void(std::size_t item, const Sample& sample)>;

// One open connection with one session and one subscription. The first failure ends it: every later
// call fails, and the owner opens another. Thread: its owner's alone; `is_stopping` may be set by
// any.
class Session {
 public:
  static constexpr std::size_t items_per_call_default = 500, nodes_per_call_default = 500,
                               items_max = 200'000, children_max = 100'000,
                               children_per_page = 1000, hints_max = 20;
  static constexpr std::uint32_t message_bytes_max = 64U << 20U;
  static constexpr Duration keep_alive = 1s, silence_max = 5s;
  static constexpr unsigned connects_max = 4;  // of one open(): discovery may need another channel

  // Errors: offline, timed_out, refused; with what to do.
  static Result<std::unique_ptr<Session>> open(const SessionSettings& settings,
                                               const std::atomic<bool>& is_stopping);
  ~Session();

  // What a person should know although the connection stands.
  const std::vector<Trouble>& warnings() const;
  const std::vector<std::string>& namespaces() const;

  // Watches `items`, in groups that the server's limits allow. An item that is refused does not
  // hinder the others. Errors: as pump().
  Result<std::vector<Refusal>> watch(std::span<const Item> items, Duration publishing, Hear hear);
  // Tries items again that were refused.
  Result<std::vector<Refusal>> watch_again(std::span<const Item> items,
                                           std::span<const Refusal> refused);

  // Lets the connection work, for `wait` at most, and hears what came. True: something came, be it
  // only a sign of life. Errors: offline or timed_out, when the session is over.
  Result<bool> pump(Duration wait);

  // One sample per node; a node that is refused has its reason as status.
  Result<std::vector<Sample>> read(std::span<const NodeName> nodes);
  // What hangs below a node, by hierarchical references; at most children_max.
  Result<std::vector<Child>> browse(const NodeName& node);

 private:
  struct Inside;
  explicit Session(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace millwright::net::opcua
