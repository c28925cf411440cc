#include "connect/opcua/settings.hpp"

#include <charconv>

#include "model/described_json.hpp"
#include "model/described_load.hpp"
#include "net/opcua/node_name.hpp"

namespace millwright::connect::opcua {
namespace {

constexpr std::string_view scheme = "opc.tcp://";
constexpr std::uint32_t queue_max = 10'000;

void expect(const Node& node, std::string_view key, std::string expected, Problems& problems) {
  const Node* found = node.find(key);
  problems.add({found == nullptr ? node.at : found->at, std::string(key),
                found == nullptr ? "nothing" : "'" + found->text + "'", std::move(expected), ""});
}

void check(const Node& node, const Plant&, const Machine*, Problems& problems) {
  Settings settings;
  load(node, "", settings, problems);
  const bool has_endpoint = node.find("endpoint") != nullptr;
  if (const Outcome endpoint = check_endpoint(settings.endpoint); has_endpoint && !endpoint)
    expect(node, "endpoint", "opc.tcp://host:4840/path", problems);
  if (!settings.user.empty() && settings.password_file.empty())
    expect(node, "password_file", "the file with the password of 'user'", problems);
  if (settings.publishing_interval < publishing_min ||
      settings.publishing_interval > publishing_max)
    expect(node, "publishing_interval",
           "from " + to_text(publishing_min) + " to " + to_text(publishing_max), problems);
  if (settings.sampling_interval.value_or(0s) < Duration::zero())
    expect(node, "sampling_interval", "zero or more", problems);
  if (settings.queue < 1 || settings.queue > queue_max)
    expect(node, "queue", "from 1 to " + std::to_string(queue_max), problems);
  if (settings.timeout < 100ms || settings.timeout > 10min)
    expect(node, "timeout", "from 100 ms to 10 min", problems);
}

}  // namespace

Outcome check_endpoint(std::string_view endpoint) {
  const auto invalid = [&](const std::string& why) {
    return fail(Code::invalid, "'" + std::string(endpoint) + "' is no OPC UA address: " + why +
                                   ". Write opc.tcp://host:4840/path");
  };
  std::string_view left = endpoint;
  if (left.substr(0, scheme.size()) != scheme) return invalid("it does not begin with opc.tcp://");
  left.remove_prefix(scheme.size());
  left = left.substr(0, left.find('/'));
  const std::size_t bracket = left.rfind(']');  // of an IPv6 address
  const std::size_t colon = left.rfind(':');
  const bool has_port =
      colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  const std::string_view host = left.substr(0, has_port ? colon : left.size());
  if (host.empty()) return invalid("the host is missing");
  if (host.find_first_of(" \t") != std::string_view::npos) return invalid("a host has no spaces");
  if (!has_port) return Done{};
  const std::string_view digits = left.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc() || end != digits.data() + digits.size() || port == 0)
    return invalid("'" + std::string(digits) + "' is no port");
  return Done{};
}

Outcome check_address(std::string_view address) {
  TRY(net::opcua::to_node_name(address));
  return Done{};
}

Section section() {
  return {Section::Place::source,
          "opcua",
          "An OPC UA server.",
          check,
          check_address,
          [](JsonWriter& out) { write_schema<Settings>(out, SchemaFor::plant_file); }};
}

}  // namespace millwright::connect::opcua
