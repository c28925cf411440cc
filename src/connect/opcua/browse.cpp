#include "connect/opcua/browse.hpp"

#include <atomic>
#include <cstdio>
#include <deque>
#include <set>

#include "base/json.hpp"
#include "base/text.hpp"
#include "connect/opcua/settings.hpp"
#include "net/opcua/session.hpp"

namespace millwright::connect::opcua {
namespace {

using net::opcua::Child;
using net::opcua::NodeClass;
using net::opcua::NodeName;
using net::opcua::Sample;
using net::opcua::Session;
using net::opcua::Value;

constexpr std::string_view use_text =
    "use: millwright browse ENDPOINT [--json] [--security none|sign|encrypt]\n"
    "                         [--user NAME --password-file FILE] [--certificates FOLDER] [--all]\n"
    "Lists the variables of an OPC UA server: path, address for the plant file, type, value.\n"
    "--all shows the node 'Server' too, which describes the server itself.\n"
    "example: millwright browse opc.tcp://192.168.1.20:4840\n";
constexpr std::uint32_t objects_folder = 85, server_object = 2253;
constexpr std::size_t nodes_max = 100'000;  // browsed; then the list says that it is cut
constexpr std::size_t depth_max = 20;

struct Words {
  net::opcua::SessionSettings settings;
  bool is_json = false, is_all = false;
};

struct Place {
  NodeName node;
  std::string path;
  std::size_t depth;
};

struct Found {
  std::string path;
  NodeName node;
};

std::optional<Words> read_words(const std::vector<std::string>& words) {
  Words out;
  out.settings.certificates = "certificates";
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    const auto next = [&] { return i + 1 < words.size() ? words[++i] : std::string(); };
    if (word == "--json") {
      out.is_json = true;
    } else if (word == "--all") {
      out.is_all = true;
    } else if (word == "--user") {
      out.settings.user = next();
    } else if (word == "--password-file") {
      out.settings.password_file = next();
    } else if (word == "--certificates") {
      out.settings.certificates = next();
    } else if (word == "--security") {
      const std::string security = next();
      bool is_known = false;
      for (std::size_t k = 0; k < net::opcua::security_words.size(); ++k) {
        if (security != net::opcua::security_words[k]) continue;
        out.settings.security = static_cast<net::opcua::Security>(k);
        is_known = true;
      }
      if (!is_known) return std::nullopt;
    } else if (word.substr(0, 1) != "-" && out.settings.endpoint.empty()) {
      out.settings.endpoint = word;
    } else {
      return std::nullopt;
    }
  }
  if (out.settings.endpoint.empty()) return std::nullopt;
  return out;
}

// Breadth first, each node once: what people look for is near the top.
Result<std::vector<Found>> variables(Session& session, bool is_all, bool& is_cut) {
  std::vector<Found> found;
  std::set<std::string> seen;
  std::deque<Place> places;
  NodeName objects;
  objects.number = objects_folder;
  places.push_back({objects, "", 0});
  while (!places.empty()) {
    const Place place = std::move(places.front());
    places.pop_front();
    const auto children = session.browse(place.node);
    if (!children && children.error().code != Code::not_found) return children.error();
    if (!children) continue;
    for (const Child& child : *children) {
      if (seen.size() >= nodes_max) is_cut = true;
      if (is_cut || !seen.insert(to_text(child.node)).second) continue;
      NodeName server;
      server.number = server_object;
      if (child.node == server && !is_all) continue;
      const std::string path = place.path.empty() ? child.name : place.path + "/" + child.name;
      if (child.kind == NodeClass::variable) found.push_back({path, child.node});
      if (child.kind != NodeClass::method && place.depth < depth_max)
        places.push_back({child.node, path, place.depth + 1});
    }
  }
  return found;
}

std::string value_text(const Sample& sample) {
  const Value& value = sample.value;
  if ((sample.status >> 30U) >= 2) return net::opcua::name_of_status(sample.status);
  switch (value.type) {
    case Value::Type::boolean:
      return value.boolean() ? "true" : "false";
    case Value::Type::integer:
      return std::to_string(value.integer());
    case Value::Type::natural:
      return std::to_string(value.natural());
    case Value::Type::single:
    case Value::Type::number: {
      std::string text;
      JsonWriter(text).value(value.number());
      return text;
    }
    case Value::Type::bytes:
      return std::to_string(value.text.size()) + " bytes";
    default:
      return value.text;
  }
}

void print(const std::vector<Found>& found, const std::vector<Sample>& samples, bool is_json) {
  std::string text;
  JsonWriter out(text);
  if (is_json) out.begin_list();
  for (std::size_t i = 0; i < found.size(); ++i) {
    const std::string type(net::opcua::name_of(samples[i].value.type));
    const std::string value = value_text(samples[i]);
    if (is_json) {
      out.begin_object().member("path", std::string_view(found[i].path));
      out.member("address", std::string_view(to_text(found[i].node)));
      out.member("type", std::string_view(type)).member("value", std::string_view(value));
      out.member("status", samples[i].status).end_object();
    } else {
      text.append(found[i].path).append("\t").append(to_text(found[i].node)).append("\t");
      text.append(type).append("\t").append(value).append("\n");
    }
  }
  if (is_json) {
    out.end_list();
    text += "\n";
  }
  std::fwrite(text.data(), 1, text.size(), stdout);
}

Outcome browse(const Words& words) {
  TRY(check_endpoint(words.settings.endpoint));
  const std::atomic<bool> is_stopping = false;
  const auto session = TRY(Session::open(words.settings, is_stopping));
  for (const net::opcua::Trouble& warning : session->warnings())
    std::fprintf(stderr, "%s. %s\n", warning.what.c_str(), warning.next_step.c_str());
  bool is_cut = false;
  const std::vector<Found> found = TRY(variables(*session, words.is_all, is_cut));
  std::vector<NodeName> nodes;
  nodes.reserve(found.size());
  for (const Found& one : found)
    nodes.push_back(one.node);
  print(found, TRY(session->read(nodes)), words.is_json);
  if (is_cut)
    std::fprintf(stderr, "the list ends after %zu nodes; the server has more\n", nodes_max);
  return Done{};
}

}  // namespace

flow::Verb browse_verb() {
  return {"browse", "list what an OPC UA server has", [](const std::vector<std::string>& words) {
            const auto read = read_words(words);
            const bool is_asked_for_help =
                !words.empty() && (words[0] == "--help" || words[0] == "-h");
            if (!read || is_asked_for_help) {
              std::fwrite(use_text.data(), 1, use_text.size(), is_asked_for_help ? stdout : stderr);
              return is_asked_for_help ? 0 : 2;
            }
            const Outcome done = browse(*read);
            if (done) return 0;
            std::fprintf(stderr, "%s\n", done.error().what.c_str());
            return 1;
          }};
}

}  // namespace millwright::connect::opcua
