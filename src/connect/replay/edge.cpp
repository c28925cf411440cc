#include "connect/replay/edge.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace millwright::connect::replay {
namespace {

constexpr Duration look = 20ms;        // how often the clock is asked, which may run fast
constexpr Duration room_wait = 100ms;  // for room in the inbox, between two looks at the stop
constexpr std::uint32_t not_understood = 0, wrong_kind = 1;  // kinds of trouble

}  // namespace

ReplayEdge::ReplayEdge(const flow::EdgeContext& context, Script script)
    : inbox_(context.inbox),
      clock_(context.clock),
      script_(std::move(script)),
      reader_(script_.wanted),
      troubles_(context.inbox, script_.source),
      batch_(script_.source),
      thread_([this] { run(); }) {}

ReplayEdge::~ReplayEdge() {
  {
    const std::scoped_lock lock(mutex_);
    is_stopping_ = true;
  }
  stop_.notify_all();
  thread_.join();
}

void ReplayEdge::run() noexcept {
  heard_until_ = clock_.now();
  inbox_.say(
      What(fact::Source(fact::SourceConnected{script_.source, script_.files.front().string(),
                                              static_cast<std::uint32_t>(script_.wanted.size())})),
      heard_until_);
  Outcome played = Done{};
  for (const std::filesystem::path& file : script_.files) {
    if (played && !is_stopping()) played = play(file);
  }
  hand_over();
  if (is_stopping()) return;
  log::info("replay: " + std::to_string(lines_) + " lines of " + script_.files.front().string() +
            (script_.files.size() > 1 ? " and the files after it" : "") + " were read, " +
            std::to_string(refused_) + " not understood");
  inbox_.say(
      What(fact::Source(fact::SourceLost{
          script_.source, heard_until_, played ? "the recording has ended" : played.error().what,
          played ? "Start the replay again, or add the next day to 'files' of this source."
                 : "Correct 'files' of this source, or unpack the file by hand to see why."})),
      clock_.now());
}

Outcome ReplayEdge::play(const std::filesystem::path& path) {
  LineFile file = TRY(LineFile::open(path));
  while (!is_stopping()) {
    const auto line = TRY(file.next());
    if (!line) break;
    hear(*line);
  }
  return Done{};
}

void ReplayEdge::hear(std::string_view line) {
  ++lines_;
  const auto heard = reader_.read(line);
  const bool is_understood = heard && heard->refused == 0;
  if (!is_understood) {
    ++refused_;
    troubles_.note(clock_.now(), 0, not_understood, "", [&] {
      return flow::TroubleWords{
          "line " + std::to_string(lines_) +
              " is not understood: " + (heard ? heard->trouble : heard.error().what),
          "Look at that line of the recording: expected time|item|value, as adapters of MTConnect "
          "say it."};
    });
  }
  if (heard && heard->happened) add(*heard);
}

void ReplayEdge::add(const Heard& heard) {
  const Instant happened = *heard.happened + script_.shift;
  if (happened > clock_.now()) wait_until(happened);
  if (is_stopping()) return;
  for (const Row& row : heard.rows) {
    const Wanted& wanted = script_.wanted[row.wanted];
    if (wanted.kind == Kind::text) {
      batch_.add_text(wanted.tag, happened, row.text, row.quality);
    } else {
      batch_.add(wanted.tag, wanted.kind, happened, row.value, row.quality);
    }
    if (!row.is_wrong_kind) continue;
    const auto about = static_cast<std::uint32_t>(row.wanted + 1);  // 0: the source itself
    troubles_.note(clock_.now(), about, wrong_kind, wanted.path, [&] {
      return flow::TroubleWords{"the recording says '" + row.text.substr(0, 60) +
                                    "', and the tag is of kind " + std::string(word(wanted.kind)),
                                "Set the tag's kind to what the machine says: text takes all."};
    });
  }
  heard_until_ = std::max(heard_until_, happened);
  if (batch_.rows() >= batch_rows_max) hand_over();
}

// What was due is handed over before the wait, so that it is on the screens in time.
void ReplayEdge::wait_until(Instant due) {
  hand_over();
  std::unique_lock lock(mutex_);
  while (!is_stopping_ && clock_.now() < due) {
    stop_.wait_for(lock, look, [this] { return is_stopping_; });
    lock.unlock();
    troubles_.settle(clock_.now());
    lock.lock();
  }
}

void ReplayEdge::hand_over() {
  if (batch_.rows() == 0) return;
  flow::Input input{What(std::move(batch_)), heard_until_, {}, {}};
  batch_ = Readings(script_.source);
  // NOLINTNEXTLINE(bugprone-use-after-move): an input that was refused as `full` stays whole.
  while (!is_stopping() && inbox_.offer_waiting(std::move(input), room_wait) == flow::Offer::full) {
  }
}

bool ReplayEdge::is_stopping() {
  const std::scoped_lock lock(mutex_);
  return is_stopping_;
}

}  // namespace millwright::connect::replay
