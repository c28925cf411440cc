#include <unistd.h>

#include <array>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "connect/host/gauge.hpp"
#include "connect/host/host.hpp"
#include "flow/troubles.hpp"
#include "model/described_json.hpp"
#include "model/described_load.hpp"

namespace millwright::connect::host {
namespace {

constexpr Duration interval_min = 100ms, interval_max = 1h;
constexpr std::uint32_t absent = 0, wrong_kind = 1;  // kinds of trouble

// What stands under `host:` of a source.
struct Settings {
  Duration interval = 1s;

  static constexpr auto describe() {
    return record("host", field("interval", &Settings::interval, "", "How often it is read."));
  }
};

struct HostTag {
  TagId id;
  std::string path;
  Kind kind;
  Gauge gauge;
};

// Polls on a thread of its own.
class HostEdge final : public flow::Edge {
 public:
  HostEdge(const flow::EdgeContext& context, SourceId source, Duration interval,
           std::vector<HostTag> tags)
      : inbox_(context.inbox),
        clock_(context.clock),
        source_(source),
        interval_(interval),
        tags_(std::move(tags)),
        troubles_(context.inbox, source),
        thread_([this] { run(); }) {}

  ~HostEdge() override {
    {
      const std::scoped_lock lock(mutex_);
      is_stopping_ = true;
    }
    stop_.notify_all();
    thread_.join();
  }

 private:
  void run() noexcept;
  void poll(const Snapshot& before, const Snapshot& now);
  void add(Readings& batch, std::size_t tag, const Snapshot& before, const Snapshot& now);
  void hand_over(Readings batch, Instant now);

  flow::Inbox& inbox_;
  const flow::Clock& clock_;
  SourceId source_;
  Duration interval_;
  std::vector<HostTag> tags_;
  flow::Troubles troubles_;
  std::uint64_t dropped_ = 0;
  std::mutex mutex_;
  std::condition_variable stop_;
  bool is_stopping_ = false;
  std::thread thread_;  // last: it uses all of the above
};

std::string host_name() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "this computer";
}

Monotonic elapsed() {
  return Monotonic(std::chrono::steady_clock::now().time_since_epoch());
}

void HostEdge::run() noexcept {
  inbox_.say(What(fact::Source(fact::SourceConnected{source_, host_name(),
                                                     static_cast<std::uint32_t>(tags_.size())})),
             clock_.now());
  Snapshot before = read_snapshot("/", elapsed());
  poll(Snapshot{}, before);
  std::unique_lock lock(mutex_);
  while (!stop_.wait_for(lock, interval_, [this] { return is_stopping_; })) {
    lock.unlock();
    Snapshot now = read_snapshot("/", elapsed());
    poll(before, now);
    before = std::move(now);
    lock.lock();
  }
}

void HostEdge::poll(const Snapshot& before, const Snapshot& now) {
  Readings batch(source_);
  for (std::size_t i = 0; i < tags_.size(); ++i)
    add(batch, i, before, now);
  const Instant at = clock_.now();
  if (batch.rows() > 0) hand_over(std::move(batch), at);
  troubles_.settle(at);
}

void HostEdge::add(Readings& batch, std::size_t tag, const Snapshot& before, const Snapshot& now) {
  const HostTag& it = tags_[tag];
  const Instant at = clock_.now();
  const auto bad = [&](Quality quality, std::uint32_t kind, std::string what, std::string next) {
    if (it.kind == Kind::text) {
      batch.add_text(it.id, at, "", quality);
    } else {
      batch.add(it.id, it.kind, at, {}, quality);
    }
    troubles_.note(at, static_cast<std::uint32_t>(tag), kind, it.path, [&] {
      return flow::TroubleWords{std::move(what), std::move(next)};
    });
  };
  if (it.kind != Kind::number && it.kind != Kind::single) {
    return bad(
        quality::bad_type_mismatch, wrong_kind,
        "this computer's values are numbers, and the tag is of kind " + std::string(word(it.kind)),
        "Set the tag's kind to number.");
  }
  const auto value = measure(it.gauge, before, now);
  if (!value) {
    return bad(quality::bad_no_data, absent, value.error().what,
               "Correct the tag's address, or remove the tag: not every computer measures "
               "everything.");
  }
  if (*value) batch.add(it.id, it.kind, at, Scalar::of(**value));
}

void HostEdge::hand_over(Readings batch, Instant now) {
  const std::size_t rows = batch.rows();
  flow::Input input{std::move(batch), {}, {}, {}};
  input.hurry = flow::Hurry::may_wait;
  if (inbox_.offer(std::move(input)) == flow::Offer::full) {
    dropped_ += rows;
    return;
  }
  if (dropped_ == 0) return;
  inbox_.say(What(fact::Source(fact::ReadingsDropped{
                 source_, dropped_, "millwright took readings in too slowly for a while"})),
             now);
  dropped_ = 0;
}

void check(const Node& node, const Plant&, const Machine*, Problems& problems) {
  Settings settings;
  load(node, "", settings, problems);
  const Node* interval = node.find("interval");
  if (interval != nullptr && (settings.interval < interval_min || settings.interval > interval_max))
    problems.add({interval->at, "interval", "'" + interval->text + "'",
                  "from " + to_text(interval_min) + " to " + to_text(interval_max), ""});
}

Outcome check_address(std::string_view address) {
  TRY(to_gauge(address));
  return Done{};
}

Result<std::unique_ptr<flow::Edge>> open_source(const flow::EdgeContext& context,
                                                const Source& source) {
  Problems problems;
  Settings settings;
  load(source.settings, source.name, settings, problems);
  if (!problems.empty())
    return fail(Code::invalid, to_text(problems.list().front(), "the plant file"));
  const SourceId id = TRY(context.catalogue.source(source.name, "host"));
  std::vector<HostTag> tags;
  for (const Machine& machine : context.plant.machines) {
    for (const TagDescription& tag : machine.tags) {
      if (!tag.from || tag.from->source != source.name) continue;
      const std::string path = context.plant.tag_path(machine, tag);
      tags.push_back({TRY(context.catalogue.tag(path, tag.kind, tag.unit, true)), path, tag.kind,
                      TRY(to_gauge(tag.from->address))});
    }
  }
  return std::unique_ptr<flow::Edge>(
      std::make_unique<HostEdge>(context, id, settings.interval, std::move(tags)));
}

Result<std::vector<std::unique_ptr<flow::Edge>>> open_edges(const flow::EdgeContext& context) {
  std::vector<std::unique_ptr<flow::Edge>> edges;
  for (const Source& source : context.plant.sources) {
    if (source.kind == "host") edges.push_back(TRY(open_source(context, source)));
  }
  return edges;
}

}  // namespace

flow::Room room() {
  flow::Room room;
  room.name = "connect/host";
  room.sections = {{Section::Place::source, "host", "This computer.", check, check_address,
                    [](JsonWriter& out) { write_schema<Settings>(out, SchemaFor::plant_file); }}};
  room.edges = open_edges;
  return room;
}

}  // namespace millwright::connect::host
