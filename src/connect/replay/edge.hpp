#pragma once

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "connect/replay/recording.hpp"
#include "flow/room.hpp"
#include "flow/troubles.hpp"

namespace millwright::connect::replay {

constexpr std::size_t batch_rows_max = 5000;

struct Script {
  SourceId source;
  std::vector<std::filesystem::path> files;  // one after the other
  Duration shift{};                          // added to every time
  std::vector<Wanted> wanted;
};

// Says what the files say when the clock has reached its time. A full inbox makes it wait: nothing
// is dropped.
class ReplayEdge final : public flow::Edge {
 public:
  ReplayEdge(const flow::EdgeContext& context, Script script);
  ~ReplayEdge() override;

 private:
  void run() noexcept;
  Outcome play(const std::filesystem::path& path);
  void hear(std::string_view line);
  void add(const Heard& heard);
  void hand_over();
  void wait_until(Instant due);
  bool is_stopping();

  flow::Inbox& inbox_;
  const flow::Clock& clock_;
  Script script_;
  RowReader reader_;
  flow::Troubles troubles_;
  Readings batch_;
  Instant heard_until_;
  std::uint64_t lines_ = 0, refused_ = 0;
  std::mutex mutex_;
  std::condition_variable stop_;
  bool is_stopping_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace millwright::connect::replay
