#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "connect/recording/progress.hpp"
#include "flow/room.hpp"
#include "flow/troubles.hpp"
#include "net/recording/recording.hpp"

namespace millwright::connect::recording {

constexpr Duration retry_every = 2s;
constexpr Duration keep_every = 1s;         // the progress, in its file
constexpr std::size_t points_max = 10'000;  // progress on its way to the disk
constexpr std::size_t read_bytes = 256U << 10U;

struct Script {
  SourceId source;
  std::string name;
  std::string address;           // tcp://…, or
  std::filesystem::path file{};  // a file
  std::filesystem::path progress_file{};
  std::map<std::string, Kind, std::less<>> kinds{};  // of the tags of the plant, by path
};

// Makes inputs of the frames of a recording. Thread: one.
class Translator {
 public:
  Translator(SourceId source, const std::map<std::string, Kind, std::less<>>& kinds,
             flow::Catalogue& catalogue)
      : source_(source), kinds_(kinds), catalogue_(catalogue) {}

  Outcome take(const net::RecordedTags& tags);
  Readings readings_of(const net::RecordedBlock& block) const;
  Readings readings_of(const net::RecordedEvents& events) const;
  std::size_t tags() const { return known_; }
  std::size_t unknown() const { return tags_.size() - known_; }
  const std::string& first_unknown() const { return first_unknown_; }

 private:
  struct Mapped {
    std::optional<TagId> tag;  // absent: the plant file does not name it
    Kind kind = Kind::number;
  };
  SourceId source_;
  const std::map<std::string, Kind, std::less<>>& kinds_;
  flow::Catalogue& catalogue_;
  std::vector<Mapped> tags_;
  std::size_t known_ = 0;
  std::string first_unknown_;
};

// Reads a recording and says what it says, oldest first, behind whatever is said of now (the
// inbox's background). Remembers what is durable and goes on there.
class RecordingEdge final : public flow::Edge {
 public:
  RecordingEdge(const flow::EdgeContext& context, Script script);
  ~RecordingEdge() override;

 private:
  using Pull = std::function<Result<std::size_t>(std::span<std::uint8_t>)>;
  void run() noexcept;
  Result<Pull> open_source();
  Outcome play();
  Outcome hear(const net::RecordedFrame& frame);
  Outcome begin(const net::RecordingHead& head);
  Outcome reach(Instant reached, bool has_ended);
  Outcome end(const net::RecordingEnd& end);
  Outcome offer(What what, flow::Acknowledge acknowledge);
  Outcome count_down();
  void keep_durable(bool now);
  void wait_durable();
  void note_unknown();
  void wait(Duration span);

  flow::Inbox& inbox_;
  flow::Catalogue& catalogue_;
  const flow::Clock& clock_;
  Script script_;
  flow::Troubles troubles_;
  std::optional<Translator> translator_;
  Progress at_;                      // what was offered
  std::optional<Progress> durable_;  // what the file says
  bool is_skipping_ = false;         // frames of before at_.reached
  Monotonic kept_at_;

  // What the journal has acknowledged. Owners: the edge and the acknowledgements on their way.
  struct Durable {
    std::mutex mutex;
    std::condition_variable changed;
    std::optional<Progress> progress;
    std::string trouble;
    std::size_t waiting = 0;  // points on their way
  };
  std::shared_ptr<Durable> acknowledged_ = std::make_shared<Durable>();
  std::atomic<bool> is_stopping_{false};
  std::mutex mutex_;
  std::condition_variable stop_;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace millwright::connect::recording
