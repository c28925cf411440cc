#include <algorithm>
#include <atomic>
#include <map>
#include <memory>

#include "base/text.hpp"
#include "connect/lineprotocol/batch.hpp"
#include "connect/lineprotocol/lineprotocol.hpp"
#include "model/described_json.hpp"
#include "model/described_load.hpp"

namespace millwright::connect::lineprotocol {
namespace {

using flow::Answer;
using flow::Question;

constexpr const char* kind_word = "lineprotocol";
constexpr const char* source_word = "line_protocol";  // when the plant file names none
constexpr std::size_t write_bytes_max = std::size_t{32} << 20U;
constexpr Duration future_max = 5min;

struct Settings {
  std::string note;
  static constexpr auto describe() {
    return record("lineprotocol", field("note", &Settings::note, "", "A remark."));
  }
};

struct WhatWasWrong {
  std::size_t line = 0;
  std::string what;
  static constexpr auto describe() {
    return record("line_error",
                  field("line", &WhatWasWrong::line, "", "Number of the line, from 1."),
                  field("what", &WhatWasWrong::what, "", "In words."));
  }
};

// Which tag a field of a series is, and what becomes of a body of lines. Thread: any.
class Writing {
 public:
  explicit Writing(const flow::LineContext& context) : context_(context) {
    for (const Source& source : context.plant->sources) {
      if (source.kind == kind_word) source_name_ = source.name;
    }
    for (const Machine& machine : context.plant->machines) {
      for (const TagDescription& tag : machine.tags) {
        if (tag.from && tag.from->source == source_name_) {
          described_.emplace(tag.from->address,
                             Described{context.plant->tag_path(machine, tag), tag.kind, tag.unit});
        }
      }
    }
  }
  void write(const Question& question, const flow::Reply& reply);

 private:
  struct Described {
    std::string path;
    Kind kind;
    std::string unit;
  };
  Result<SeriesField> resolve(const net::Line& line, const net::LineField& field, Kind kind);
  Result<SourceId> source();
  static Answer answer_of(const net::LinesRead& read, const std::vector<WhatWasWrong>& refused);

  flow::LineContext context_;
  std::string source_name_ = source_word;
  std::map<std::string, Described, std::less<>> described_;
  SeriesBook book_;
  std::atomic<bool> is_announced_{false};
};

Result<SeriesField> Writing::resolve(const net::Line& line, const net::LineField& field,
                                     Kind kind) {
  const auto described = described_.find(address_of(line, field.name));
  const bool is_described = described != described_.end();
  const std::string path =
      is_described ? described->second.path : path_of(*context_.plant, line, field.name);
  const Kind wanted = is_described ? described->second.kind : kind;
  const std::string unit = is_described ? described->second.unit : "";
  const TagId tag = TRY(context_.catalogue.tag(path, wanted, unit, is_described));
  const auto entry = context_.catalogue.entry(tag);
  return SeriesField{std::string(field.name), tag, entry ? entry->kind : wanted};
}

Result<SourceId> Writing::source() {
  const SourceId id = TRY(context_.catalogue.source(source_name_, kind_word));
  if (!is_announced_.exchange(true)) {
    context_.inbox.say(fact::Source(fact::SourceConnected{id, "/api/v2/write", 0}),
                       context_.clock.now());
  }
  return id;
}

// Good lines are kept also when others are not: then 400 with the lines that were not, as Influx
// answers a partial write.
Answer Writing::answer_of(const net::LinesRead& read, const std::vector<WhatWasWrong>& refused) {
  Answer answer;
  answer.status = refused.empty() ? 204 : 400;
  if (refused.empty()) return answer;
  const std::size_t count = std::max(read.refused, refused.size());
  const std::string what = "partial write: line " + std::to_string(refused.front().line) + ": " +
                           refused.front().what +
                           (count > 1 ? " (and " + std::to_string(count - 1) + " more)" : "") +
                           "; the other lines are kept";
  JsonWriter out(answer.body);
  out.begin_object().member("code", "invalid").member("message", std::string_view(what));
  out.key("error")
      .begin_object()
      .member("code", "invalid")
      .member("what", std::string_view(what))
      .end_object();
  out.key("lines");
  write_json(out, refused);
  out.end_object();
  return answer;
}

void Writing::write(const Question& question, const flow::Reply& reply) {
  const Result<net::Precision> precision = net::to_precision(question.parameter("precision"));
  if (!precision) return reply(precision.error());
  const Result<SourceId> id = source();
  if (!id) return reply(id.error());
  const Instant now = context_.clock.now();
  LineBatch batch(*id, now + future_max, book_,
                  [this](const auto& line, const auto& field, Kind kind) {
                    return resolve(line, field, kind);
                  });
  const net::LinesRead read = net::read_lines(question.body, *precision, now,
                                              [&](const net::Line& line) { batch.add(line); });
  Readings readings = batch.take();
  std::vector<WhatWasWrong> refused;
  for (const LineBatch::Refused& wrong : batch.refused())
    refused.push_back({wrong.line, wrong.what});
  for (const net::LineError& error : read.errors)
    refused.push_back({error.line, error.what});
  std::sort(refused.begin(), refused.end(),
            [](const auto& a, const auto& b) { return a.line < b.line; });
  Answer answer = answer_of(read, refused);
  if (readings.rows() == 0) return reply(std::move(answer));
  const auto kept = [reply, answer](const Outcome& outcome) {
    if (outcome) return reply(answer);
    reply(fail(Code::offline, "not kept: " + outcome.error().what));
  };
  switch (context_.inbox.offer(std::move(readings), kept)) {
    case flow::Offer::accepted:
      return;
    case flow::Offer::full:
      return reply(Answer{503,
                          "application/json",
                          R"({"code":"full","message":"too much at once: send again in a second"})",
                          {{"Retry-After", "1"}}});
    case flow::Offer::closed:
      return reply(fail(Code::offline, "millwright is stopping: send again when it is back"));
  }
}

Section section() {
  Section out{.place = Section::Place::source,
              .key = kind_word,
              .help = "Line protocol sent to /api/v2/write."};
  out.check = [](const Node& node, const Plant&, const Machine*, Problems& problems) {
    Settings settings;
    load(node, "", settings, problems);
  };
  out.check_address = [](std::string_view address) -> Outcome {
    if (address.find(' ') != std::string_view::npos) return Done{};
    return fail(Code::invalid, "measurement,tag=value field, as in 'cpu,host=box usage_idle'");
  };
  out.write_schema = [](JsonWriter& json) { write_schema<Settings>(json, SchemaFor::plant_file); };
  return out;
}

flow::Route ping() {
  flow::Route route;
  route.path = "/ping";
  route.permission = flow::Permission::open;
  route.help = "204: for clients that ask before they send.";
  route.answer = [](const Question&) -> Result<Answer> {
    return Answer{204, "", "", {{"X-Influxdb-Version", "millwright"}}};
  };
  return route;
}

std::vector<flow::Route> write_routes(const flow::LineContext& context) {
  std::vector<flow::Route> out;
  const auto writing = std::make_shared<Writing>(context);  // owners: the two routes
  for (const char* path : {"/write", "/api/v2/write"}) {
    flow::Route route;
    route.method = flow::Method::post;
    route.path = path;
    route.permission = flow::Permission::write;
    route.help = "Takes Influx line protocol; 204 when every line is on disk.";
    route.parameters = {{"precision", "Unit of the times: ns, us, ms, s, m or h."},
                        {"bucket", "Not used."},
                        {"org", "Not used."},
                        {"db", "Not used."}};
    route.body_bytes_max = write_bytes_max;
    route.begin = [writing](const Question& question, const flow::Reply& reply) {
      writing->write(question, reply);
    };
    out.push_back(std::move(route));
  }
  return out;
}

}  // namespace

flow::Room room() {
  flow::Room out{.name = "connect/lineprotocol"};
  out.sections = {section()};
  out.routes = {ping()};
  out.line_routes = write_routes;
  return out;
}

}  // namespace millwright::connect::lineprotocol
