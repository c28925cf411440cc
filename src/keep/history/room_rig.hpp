#pragma once

// For the tests of this folder.

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>

#include "flow/line.hpp"
#include "flow/memory_journal.hpp"
#include "keep/history/routes.hpp"
#include "keep/history/tag_row.hpp"

namespace millwright::keep {

inline const Instant series_start = instant(1'700'000'000'000'000'000);

// The room of a history on a line, asked as over HTTP.
class HistoryRoom : public ::testing::Test {
 public:
  HistoryRoom() {
    folder_ = std::filesystem::temp_directory_path() /
              ("millwright-room-" + std::to_string(::getpid()) + "-" +
               ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(folder_);
    start();
  }
  ~HistoryRoom() override {
    line_.reset();
    history_.reset();
    std::filesystem::remove_all(folder_);
  }
  HistoryRoom(const HistoryRoom&) = delete;
  HistoryRoom& operator=(const HistoryRoom&) = delete;

 protected:
  void start() {
    line_.reset();
    history_.reset();
    directory_ = {};
    history_ = History::open(folder_).value();
    room_ = history_room(*history_,
                         [this](std::string_view path) { return line_->catalogue().find(path); });
    flow::Core::Stages stages;
    stages.push_back(room_.stage(directory_));
    line_ = std::make_unique<flow::Line>(
        flow::LineSettings{},
        flow::Line::Parts{clock_, journal_, directory_, std::move(stages), {}, {}});
    ASSERT_TRUE(line_->recover());
    const flow::LineContext context{plant_, line_->inbox(), line_->catalogue(),
                                    clock_, line_->views(), {}};
    for (flow::Route& route : room_.line_routes(context))
      room_.routes.push_back(std::move(route));
  }
  TagId tag(std::string_view path, Kind kind) {
    return line_->catalogue().tag(path, kind, "", true).value();
  }
  void hear(Readings readings) {
    ASSERT_EQ(line_->inbox().offer(std::move(readings)), flow::Offer::accepted);
    ASSERT_TRUE(line_->flush(10s));
  }
  Result<flow::Answer> ask(std::size_t route,
                           std::map<std::string, std::string, std::less<>> with) {
    flow::Question question;
    question.parameters = std::move(with);
    return room_.routes[route].answer(question);
  }
  Result<flow::Answer> ask(std::string_view path,
                           std::map<std::string, std::string, std::less<>> with) {
    for (std::size_t i = 0; i < room_.routes.size(); ++i)
      if (room_.routes[i].path == path) return ask(i, std::move(with));
    return fail(Code::not_found, "no such route");
  }
  std::string row_of_view(std::string_view path) {
    const auto view = line_->views().get("tags");
    for (std::size_t slot = 0; slot < view->slots(); ++slot) {
      if (view->key(slot) != path) continue;
      std::string text;
      JsonWriter out(text);
      view->write_row(slot, out);
      return text;
    }
    return "none";
  }

  std::shared_ptr<Plant> plant_ = std::make_shared<Plant>();  // owners: this, the routes
  std::filesystem::path folder_;
  flow::ManualClock clock_{series_start};
  flow::MemoryJournal journal_;
  flow::Directory directory_;
  std::unique_ptr<History> history_;
  flow::Room room_;
  std::unique_ptr<flow::Line> line_;
};

}  // namespace millwright::keep
