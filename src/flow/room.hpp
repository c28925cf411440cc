#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "flow/catalogue.hpp"
#include "flow/clock.hpp"
#include "flow/inbox.hpp"
#include "flow/route.hpp"
#include "flow/stage.hpp"
#include "flow/view.hpp"
#include "model/plant.hpp"

namespace millwright::flow {

// An open connection to the outside: its threads decode bytes into inputs. Destroying it ends them.
class Edge {
 public:
  virtual ~Edge() = default;
};

// What an edge works with. All outlive it.
struct EdgeContext {
  const Plant& plant;
  Inbox& inbox;
  Catalogue& catalogue;
  const Clock& clock;
  std::filesystem::path folder;  // the module's own, below the data folder; made when needed
  std::filesystem::path plant_folder{};  // where the plant file lies: relative files start there
};

// What routes work with that offer to the line or look across it. All outlive them.
struct LineContext {
  std::shared_ptr<const Plant> plant;  // owners: the routes and who opened the plant
  Inbox& inbox;
  Catalogue& catalogue;
  const Clock& clock;
  const Views& views;
  std::function<std::string()> trouble;  // why nothing is accepted; empty when all is well
};

using JobFunction = std::function<Result<Bytes>(ByteView question)>;  // pure; on a worker

struct JobKind {
  std::string name{}, help{};
  JobFunction run{};
};

struct ViewDescription {
  std::string name{}, help{};
  std::function<void(JsonWriter&)> row_schema{};
};

// A word on the command line: millwright <name> …
struct Verb {
  std::string name{}, help{};
  std::function<int(const std::vector<std::string>& words)>
      run{};  // exit code: 0 good, 1 failed, 2 wrong use
};

// Everything that a module brings. app/rooms.cpp is the only list of them; a module that is not in
// it is not there.
struct Room {
  std::string name{};  // "watch/state"
  std::vector<Section> sections{};
  std::function<std::unique_ptr<Stage>(const Directory&)>
      stage{};                  // may be empty; its place is in app/stages.cpp
  std::vector<Route> routes{};  // that need nothing but what the room itself holds
  std::function<std::vector<Route>(const LineContext&)> line_routes{};  // may be empty
  std::vector<ViewDescription> views{};
  std::vector<Verb> verbs{};
  std::vector<JobKind> jobs{};
  std::function<Result<std::vector<std::unique_ptr<Edge>>>(const EdgeContext&)>
      edges{};  // may be empty
};

}  // namespace millwright::flow
