#include "app/server.hpp"

#include <algorithm>
#include <utility>

#include "app/clock_source.hpp"
#include "app/data_folder.hpp"
#include "app/plant_import.hpp"
#include "app/rooms.hpp"
#include "base/log.hpp"
#include "flow/form.hpp"
#include "flow/line.hpp"
#include "keep/history/limits.hpp"
#include "keep/history/routes.hpp"
#include "keep/journal/journal.hpp"
#include "keep/ledger/ledger.hpp"
#include "model/described_json.hpp"
#include "serve/http/http.hpp"
#include "serve/live/live.hpp"
#include "serve/pages/pages.hpp"

namespace millwright::app {
namespace {

constexpr Duration import_wait = 30s;

struct Advance {
  Duration advance{};
  static constexpr auto describe() {
    return record("advance", required("advance", &Advance::advance, "", "How far: 10 min."));
  }
};

struct Moved {
  Instant now;
  static constexpr auto describe() {
    return record("moved", field("now", &Moved::now, "", "The clock's time now."));
  }
};

flow::Room clock_room(ClockSource& clock) {
  flow::Room room{.name = "app/clock"};
  room.routes.push_back(
      {.method = flow::Method::post,
       .path = "/api/v1/clock",
       .permission = flow::Permission::administer,
       .help = "Moves a clock that was started with --clock manual.",
       .answer_schema = [](JsonWriter& out) { write_schema<Moved>(out, SchemaFor::api); },
       .answer = [&clock](const flow::Question& question) -> Result<flow::Answer> {
         const auto form = TRY(flow::read_form<Advance>(question));
         flow::Answer answer;
         answer.body = to_json(Moved{TRY(clock.advance(form.advance))});
         return answer;
       }});
  return room;
}

// A key's name has no spaces and no plus signs; what it is in a path of the plant file is kept.
std::string ledger_name(const std::string& plant_path) {
  std::string name = plant_path + "/ledger";
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return c <= ' ' || c == '+' || c >= 0x7F; },
      '-');
  return name;
}

Outcome check_settings(const ServerSettings& settings) {
  if (settings.loopback == serve::Loopback::trusted && !net::is_loopback(settings.listen.address)) {
    return fail(Code::refused, "--trust-loopback is for a loopback address only, not " +
                                   net::to_text(settings.listen));
  }
  return Done{};
}

constexpr Duration history_finish_wait = 10s;

}  // namespace

// In the order of construction; the destructor ends it backwards: first nobody asks, then nobody
// speaks, then the line rests.
struct Server::Inside {
  ServerSettings settings;
  std::unique_ptr<ClockSource> clock;
  PlantOfFile file;
  std::unique_ptr<keep::Journal> journal;
  std::unique_ptr<keep::History> history;
  std::unique_ptr<keep::Ledger> ledger;
  std::unique_ptr<serve::AccessStore> access;
  flow::Directory directory;
  std::vector<flow::Room> rooms;
  std::unique_ptr<flow::Line> line;
  std::unique_ptr<serve::Live> live;
  std::unique_ptr<serve::Pages> pages;
  std::vector<std::unique_ptr<flow::Edge>> edges;
  std::unique_ptr<serve::HttpFront> front;

  ~Inside();
  Outcome open_stores();
  Outcome open_line();
  Outcome open_edges();
  Outcome open_front();
};

Server::Inside::~Inside() {
  if (live) live->stop();
  front.reset();
  if (clock) clock->stop();
  edges.clear();
  if (line) line->stop();
  if (history) history->finish(history_finish_wait);
}

Outcome Server::Inside::open_stores() {
  std::error_code trouble;
  std::filesystem::create_directories(settings.data, trouble);
  if (trouble)
    return fail(Code::refused,
                "cannot make the folder " + settings.data.string() + ": " + trouble.message());
  TRY(check_data_folder(settings.data));
  journal = TRY(keep::Journal::open(settings.data / "journal"));
  history = TRY(keep::History::open(settings.data / "history",
                                    keep::history_settings(keep::history_section(*file.plant))));
  if (journal->durable() < history->newest_stored()) {
    return fail(Code::corrupt, "the journal in " + (settings.data / "journal").string() +
                                   " ends before the history beside it: they are not of one "
                                   "data folder. Restore the whole folder from a backup");
  }
  ledger =
      TRY(keep::Ledger::open(settings.data / "ledger", ledger_name(file.plant->identity.path)));
  if (journal->durable() < ledger->store().last().input()) {
    return fail(Code::corrupt, "the journal in " + (settings.data / "journal").string() +
                                   " ends before the ledger beside it: they are not of one data "
                                   "folder. Restore the whole folder from a backup");
  }
  access = TRY(serve::AccessStore::open(settings.data / "access", settings.loopback));
  return Done{};
}

Outcome Server::Inside::open_line() {
  rooms = own_rooms();
  rooms.push_back(keep::history_room(
      *history, [this](std::string_view path) { return line->catalogue().find(path); }));
  rooms.back().routes.push_back(
      keep::store_route(*history, keep::history_section(*file.plant), settings.data));
  rooms.push_back(keep::ledger_room(*ledger));
  flow::Core::Stages stages;
  std::vector<flow::JobKind> jobs;
  for (flow::Room& room : rooms) {
    if (room.stage) stages.push_back(room.stage(directory));
    for (flow::JobKind& kind : room.jobs)
      jobs.push_back(std::move(kind));
  }
  order_stages(stages);
  const auto read = [](const std::string& text) -> std::shared_ptr<const Plant> {
    Problems
        ignored;  // it was found good when it was imported; a later version may know it less well
    return std::make_shared<Plant>(read_plant(text, sections(), ignored));
  };
  line = std::make_unique<flow::Line>(flow::LineSettings{},
                                      flow::Line::Parts{clock->clock(), *journal, directory,
                                                        std::move(stages), read, std::move(jobs)});
  TRY(line->recover());
  line->start_threads();
  TRY(import_plant(*line, clock->clock(), file));
  return line->flush(import_wait);
}

Outcome Server::Inside::open_edges() {
  for (const flow::Room& room : rooms) {
    if (!room.edges) continue;
    const flow::EdgeContext context{*file.plant,
                                    line->inbox(),
                                    line->catalogue(),
                                    clock->clock(),
                                    settings.data / room.name,
                                    settings.plant_file.parent_path()};
    for (auto& edge : TRY(room.edges(context)))
      edges.push_back(std::move(edge));
  }
  clock->follow(*line, *history, clock_marks(*file.plant, line->catalogue()));
  return Done{};
}

Outcome Server::Inside::open_front() {
  flow::Line* const l = line.get();
  rooms.push_back(serve::access_room(access.get()));
  if (settings.loopback == serve::Loopback::trusted) rooms.push_back(clock_room(*clock));
  std::vector<flow::Route> routes;
  const flow::LineContext context{file.plant,        line->inbox(),
                                  line->catalogue(), clock->clock(),
                                  line->views(),     [l] { return l->figures().trouble; }};
  for (const flow::Room& room : rooms) {
    routes.insert(routes.end(), room.routes.begin(), room.routes.end());
    if (!room.line_routes) continue;
    for (flow::Route& route : room.line_routes(context))
      routes.push_back(std::move(route));
  }
  live = std::make_unique<serve::Live>(serve::LiveSettings{}, line->views(), clock->clock());
  pages = std::make_unique<serve::Pages>();
  serve::HttpParts parts;
  parts.page = [this](const net::Request& request) { return pages->answer(request); };
  parts.live = [this](net::Request&& q, net::Responder r) {
    live->accept(std::move(q), std::move(r));
  };
  serve::HttpSettings http;
  http.listen = settings.listen;
  http.host_names = settings.host_names;
  front = TRY(serve::HttpFront::open(http, std::move(routes), *access, std::move(parts)));
  return Done{};
}

Server::Server(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::open(const ServerSettings& settings) {
  TRY(check_settings(settings));
  auto inside = std::make_unique<Inside>();
  inside->settings = settings;
  inside->file = TRY(read_plant_file(settings.plant_file, sections()));
  inside->clock = settings.replay
                      ? ClockSource::open_scaled(settings.replay->start, settings.replay->rate)
                      : TRY(ClockSource::open(settings.clock_endpoint));
  TRY(inside->open_stores());
  TRY(inside->open_line());
  TRY(inside->open_edges());
  TRY(inside->open_front());
  const net::Endpoint at{settings.listen.address, inside->front->port()};
  TRY(write_data_folder(
      settings.data, {data_format, MILLWRIGHT_VERSION,
                      std::filesystem::absolute(settings.plant_file).string(), net::to_text(at)}));
  return std::unique_ptr<Server>(new Server(std::move(inside)));
}

std::uint16_t Server::port() const {
  return inside_->front->port();
}

Result<std::string> Server::sign_in_link() {
  const net::Endpoint at{inside_->settings.listen.address, port()};
  return "http://" + net::to_text(at) + "/sign-in#" + TRY(inside_->access->make_code());
}

}  // namespace millwright::app
