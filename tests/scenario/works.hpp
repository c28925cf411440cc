#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "flow/line.hpp"
#include "flow/memory_journal.hpp"
#include "flow/room.hpp"

namespace millwright::scenario {

using Parameters = std::map<std::string, std::string, std::less<>>;

// A stage of the test: it notes which states were said.
class Witness final : public flow::Stage {
 public:
  std::string_view name() const override { return "scenario/witness"; }
  void hear(const Fact& fact, flow::Outbox&) override {
    if (const auto* changed = get<fact::StateChanged>(fact)) said.push_back(*changed);
  }
  void save(Writer&) const override {}
  Outcome load(Reader&) override { return Done{}; }

  std::vector<fact::StateChanged> said;
};

// The real rooms of watch/ on the real line, with a clock that a story moves and a journal in
// memory; no threads.
class Works {
 public:
  Works(flow::Clock& clock, flow::MemoryJournal kept);

  // Reads what the journal kept.
  Outcome recover() { return line_->recover(); }
  // Tells the plant, and numbers everything that it names.
  void open(const std::string& plant_text, Instant at);
  void settle();
  Bytes state() { return line_->state(); }
  const flow::MemoryJournal& journal() const { return journal_; }
  Sequence heard() const { return {line_->figures().inputs}; }

  // A source of the plant file begins to speak, from a file beside `folder`.
  std::vector<std::unique_ptr<flow::Edge>> begin_recordings(const std::filesystem::path& folder);

  const Plant& plant() const { return *plant_; }
  flow::Line& line() { return *line_; }
  Witness& witness() { return *witness_; }
  // Answers of the room's own route and views, as JSON.
  Result<std::string> states_between(Instant from, Instant to) const;
  // The answer of any of the rooms' routes.
  Result<std::string> ask(std::string_view path, Parameters parameters) const;
  std::string row(std::string_view view, std::string_view key) const;  // empty: none
  // The row of GET /api/v1/oee for the hour that begins then; empty: none.
  std::string oee_in_hour(const std::string& path, Instant hour) const;
  std::vector<std::string> mistakes_in_plant(const std::string& plant_text) const;

 private:
  std::shared_ptr<const Plant> read(const std::string& plant_text, Problems& problems) const;

  flow::Clock& clock_;
  flow::MemoryJournal journal_;
  flow::Directory directory_;
  std::vector<flow::Room> rooms_;
  std::vector<Section> sections_;
  Witness* witness_ = nullptr;
  std::shared_ptr<const Plant> plant_;
  std::unique_ptr<flow::Line> line_;
};

}  // namespace millwright::scenario
