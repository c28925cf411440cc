#include <memory>

#include "base/bytes.hpp"
#include "connect/opcua/browse.hpp"
#include "connect/opcua/feed.hpp"
#include "connect/opcua/opcua.hpp"
#include "connect/opcua/settings.hpp"
#include "model/described_load.hpp"

namespace millwright::connect::opcua {
namespace {

using net::opcua::Client;
using net::opcua::Item;

// A source's thread and what it feeds. The client ends before the feed.
class SourceEdge final : public flow::Edge {
 public:
  SourceEdge(std::unique_ptr<Feed> feed, net::opcua::ClientSettings settings,
             std::vector<Item> items)
      : feed_(std::move(feed)),
        client_(std::make_unique<Client>(std::move(settings), std::move(items), *feed_)) {}
  ~SourceEdge() override {
    client_.reset();
    feed_->stop();
  }

 private:
  std::unique_ptr<Feed> feed_;
  std::unique_ptr<Client> client_;
};

std::filesystem::path below(const std::filesystem::path& folder, const std::string& file) {
  return file.empty() ? std::filesystem::path() : folder / file;  // an absolute file stays itself
}

net::opcua::ClientSettings client_settings(const Settings& settings,
                                           const flow::EdgeContext& context,
                                           const std::string& name) {
  net::opcua::ClientSettings out;
  out.session = {settings.endpoint,
                 settings.security,
                 settings.user,
                 below(context.folder, settings.password_file),
                 context.folder / "certificates",
                 settings.timeout};
  out.publishing = settings.publishing_interval;
  // Several sources, and several millwrights, come back at different times.
  out.seed = crc32c(as_bytes(name)) ^
             static_cast<std::uint64_t>(context.clock.elapsed().time_since_epoch().count());
  return out;
}

Expected expected_of(const TagDescription& tag) {
  Expected expected{tag.kind, {}};
  if (tag.range.size() == 2) expected.range = {tag.range[0], tag.range[1]};
  return expected;
}

// Errors: what the catalogue says; invalid, when an address cannot be read (the plant file was
// checked before).
Result<std::unique_ptr<flow::Edge>> open_source(const flow::EdgeContext& context,
                                                const Source& source) {
  Problems problems;
  Settings settings;
  load(source.settings, source.name, settings, problems);
  if (!problems.empty())
    return fail(Code::invalid, to_text(problems.list().front(), "the plant file"));
  const SourceId id = TRY(context.catalogue.source(source.name, "opcua"));
  std::vector<FeedTag> tags;
  std::vector<Item> items;
  for (const Machine& machine : context.plant.machines) {
    for (const TagDescription& tag : machine.tags) {
      if (!tag.from || tag.from->source != source.name) continue;
      const std::string path = context.plant.tag_path(machine, tag);
      tags.push_back(
          {TRY(context.catalogue.tag(path, tag.kind, tag.unit, true)), path, expected_of(tag)});
      items.push_back({TRY(net::opcua::to_node_name(tag.from->address)), settings.sampling_interval,
                       settings.queue, tag.deadband});
    }
  }
  auto feed =
      std::make_unique<Feed>(context.inbox, context.clock, id, settings.endpoint, std::move(tags));
  return std::unique_ptr<flow::Edge>(std::make_unique<SourceEdge>(
      std::move(feed), client_settings(settings, context, source.name), std::move(items)));
}

Result<std::vector<std::unique_ptr<flow::Edge>>> open_edges(const flow::EdgeContext& context) {
  std::vector<std::unique_ptr<flow::Edge>> edges;
  for (const Source& source : context.plant.sources) {
    if (source.kind == "opcua") edges.push_back(TRY(open_source(context, source)));
  }
  return edges;
}

}  // namespace

flow::Room room() {
  flow::Room room;
  room.name = "connect/opcua";
  room.sections = {section()};
  room.verbs = {browse_verb()};
  room.edges = open_edges;
  return room;
}

}  // namespace millwright::connect::opcua
