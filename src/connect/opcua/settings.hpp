#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "model/describe.hpp"
#include "model/plant.hpp"
#include "net/opcua/session.hpp"

namespace millwright::connect::opcua {

constexpr Duration publishing_min = 5ms, publishing_max = 1min;

// What stands under `opcua:` of a source.
struct Settings {
  std::string endpoint;
  net::opcua::Security security = net::opcua::Security::none;
  std::string user, password_file;
  Duration publishing_interval = 50ms;
  std::optional<Duration> sampling_interval;
  std::uint32_t queue = 10;
  Duration timeout = 5s;

  static constexpr auto describe() {
    using T = Settings;
    return record(
        "opcua",
        required("endpoint", &T::endpoint, "", "Address of the server: opc.tcp://host:4840/path."),
        field("security", &T::security, "", "none, sign, or encrypt (Basic256Sha256)."),
        field("user", &T::user, "", "User name; anonymous when absent."),
        field("password_file", &T::password_file, "",
              "File whose first line is the password; below connect/opcua of the data folder when "
              "relative."),
        field("publishing_interval", &T::publishing_interval, "",
              "How often the server sends what has changed."),
        field("sampling_interval", &T::sampling_interval, "",
              "How often the server looks; as it publishes when absent, on each change when 0."),
        field("queue", &T::queue, "",
              "Values of a tag that the server keeps between two messages."),
        field("timeout", &T::timeout, "", "How long an answer may take."));
  }
};

// Errors: invalid, with what was found and an example.
Outcome check_endpoint(std::string_view endpoint);
Outcome check_address(std::string_view address);

// The part of the plant file that this module brings.
Section section();

}  // namespace millwright::connect::opcua
