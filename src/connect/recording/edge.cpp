#include "connect/recording/edge.hpp"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "base/log.hpp"
#include "net/recording/socket.hpp"

namespace millwright::connect::recording {
namespace {

constexpr Duration room_wait = 100ms;  // for room, between two looks at the stop
constexpr Duration last_wait = 30s;    // for the last of it to be on the disk
constexpr int niceness = 10;           // what is said of now goes first
constexpr std::uint32_t unknown_tags = 0, wrong_totals = 1;  // kinds of trouble

Error stopped() {
  return fail(Code::offline, "the program is stopping");
}

}  // namespace

RecordingEdge::RecordingEdge(const flow::EdgeContext& context, Script script)
    : inbox_(context.inbox),
      catalogue_(context.catalogue),
      clock_(context.clock),
      script_(std::move(script)),
      troubles_(context.inbox, script_.source),
      thread_([this] { run(); }) {}

RecordingEdge::~RecordingEdge() {
  {
    const std::scoped_lock lock(mutex_);
    is_stopping_ = true;
  }
  stop_.notify_all();
  thread_.join();
}

void RecordingEdge::run() noexcept {
  static_cast<void>(
      ::setpriority(PRIO_PROCESS, static_cast<id_t>(::syscall(SYS_gettid)), niceness));
  durable_ = read_progress(script_.progress_file);
  while (!is_stopping_) {
    // One that has ended is not asked for again; what is in a file may be another one.
    if (durable_ && durable_->has_ended && script_.file.empty()) return;
    const Outcome played = play();
    keep_durable(true);
    if (played || is_stopping_) return;
    log::warning("recording " + script_.name + ": " + played.error().what);
    inbox_.say(What(fact::Source(fact::SourceLost{
                   script_.source, clock_.now(), played.error().what,
                   "It is tried again every 2 s and goes on where it stopped; see that who "
                   "serves the recording runs, or that the file is whole."})),
               clock_.now());
    wait(retry_every);
  }
}

Result<RecordingEdge::Pull> RecordingEdge::open_source() {
  if (!script_.file.empty()) {
    auto file = std::make_shared<std::ifstream>(script_.file, std::ios::binary);
    if (!*file) return fail(Code::not_found, "cannot read " + script_.file.string());
    return Pull([file](std::span<std::uint8_t> into) -> Result<std::size_t> {
      file->read(reinterpret_cast<char*>(into.data()), static_cast<std::streamsize>(into.size()));
      return static_cast<std::size_t>(file->gcount());
    });
  }
  auto socket = std::make_shared<net::RecordingSocket>(
      TRY(net::RecordingSocket::connect(script_.address, is_stopping_)));
  TRY(socket->write(net::recording_ask(durable_ ? durable_->reached : Instant::min()),
                    is_stopping_));
  return Pull(
      [this, socket](std::span<std::uint8_t> into) { return socket->read(into, is_stopping_); });
}

Outcome RecordingEdge::play() {
  {
    const std::scoped_lock lock(acknowledged_->mutex);
    acknowledged_->trouble.clear();
  }
  const Pull pull = TRY(open_source());
  translator_.emplace(script_.source, script_.kinds, catalogue_);
  net::RecordingReader reader;
  Bytes part(read_bytes);
  while (!is_stopping_) {
    while (const auto frame = TRY(reader.next())) {
      TRY(hear(*frame));
      if (durable_ && durable_->has_ended) return Done{};
    }
    if (reader.has_ended()) return Done{};
    const std::size_t count = TRY(pull(part));
    if (count == 0) return fail(Code::offline, "the recording was cut off before its end");
    reader.feed(ByteView(part).first(count));
  }
  return stopped();
}

Outcome RecordingEdge::hear(const net::RecordedFrame& frame) {
  if (const auto* head = std::get_if<net::RecordingHead>(&frame)) return begin(*head);
  if (const auto* tags = std::get_if<net::RecordedTags>(&frame)) {
    TRY(translator_->take(*tags));
    inbox_.say(What(fact::Source(fact::SourceConnected{
                   script_.source, script_.file.empty() ? script_.address : script_.file.string(),
                   static_cast<std::uint32_t>(translator_->tags())})),
               clock_.now());
    inbox_.say(What(fact::Source(fact::SourceProgressed{script_.source, at_.from, at_.until,
                                                        at_.reached, false})),
               clock_.now());
    note_unknown();
    return Done{};
  }
  if (const auto* end_frame = std::get_if<net::RecordingEnd>(&frame)) return end(*end_frame);
  if (const auto* progress = std::get_if<net::RecordingProgress>(&frame)) {
    if (is_skipping_ && progress->reached <= at_.reached) {
      is_skipping_ = progress->reached < at_.reached;
      return Done{};
    }
    is_skipping_ = false;
    return reach(progress->reached, false);
  }
  if (const auto* block = std::get_if<net::RecordedBlock>(&frame)) {
    if (is_skipping_ && instant(block->times.front()) < at_.reached) return Done{};
    at_.readings += block->times.size() * block->columns.size();
    return offer(translator_->readings_of(*block), {});
  }
  if (const auto* events = std::get_if<net::RecordedEvents>(&frame)) {
    if (is_skipping_ && instant(events->rows.front().at) < at_.reached) return Done{};
    at_.events += events->rows.size();
    return offer(translator_->readings_of(*events), {});
  }
  return Done{};
}

// Goes on where the progress that is durable ends, if it is of this recording.
Outcome RecordingEdge::begin(const net::RecordingHead& head) {
  const bool is_same = durable_ && durable_->from == head.from && durable_->until == head.until;
  if (is_same) {
    at_ = *durable_;
    is_skipping_ = true;
    return Done{};
  }
  at_ = Progress{head.from, head.until, head.from};
  is_skipping_ = false;
  if (!durable_) return Done{};
  durable_.reset();
  // What was asked for is of another recording: this one is asked for from its begin.
  if (script_.file.empty())
    return fail(Code::offline, "it is another recording than before, and is taken from its begin");
  return Done{};
}

void RecordingEdge::note_unknown() {
  if (translator_->unknown() == 0) return;
  troubles_.note(clock_.now(), 0, unknown_tags, "", [&] {
    return flow::TroubleWords{
        std::to_string(translator_->unknown()) +
            " tags of the recording are not in the plant file, the first is " +
            translator_->first_unknown(),
        "Name them in the plant file, below their machine, or let them be: they are left out."};
  });
}

Outcome RecordingEdge::offer(What what, flow::Acknowledge acknowledge) {
  const auto* const readings = std::get_if<Readings>(&what);
  if (readings != nullptr && readings->rows() == 0) return Done{};
  flow::Input input{std::move(what), clock_.now(), {}, std::move(acknowledge)};
  while (!is_stopping_) {
    const flow::Offer offered = inbox_.offer_background(std::move(input), room_wait);
    if (offered == flow::Offer::closed) return stopped();
    if (offered == flow::Offer::accepted) return count_down();
  }
  return stopped();
}

// What the journal refused is asked for again.
Outcome RecordingEdge::count_down() {
  keep_durable(false);
  const std::scoped_lock lock(acknowledged_->mutex);
  if (acknowledged_->trouble.empty()) return Done{};
  return fail(Code::offline, acknowledged_->trouble);
}

// The fact of the progress comes behind what it is about: when it is durable, so is that.
Outcome RecordingEdge::reach(Instant reached, bool has_ended) {
  at_.reached = reached;
  at_.has_ended = has_ended;
  const std::shared_ptr<Durable> durable = acknowledged_;
  {
    std::unique_lock lock(durable->mutex);
    while (durable->waiting >= points_max && !is_stopping_)
      durable->changed.wait_for(lock, room_wait);
    ++durable->waiting;
  }
  return offer(
      fact::Source(fact::SourceProgressed{script_.source, at_.from, at_.until, reached, has_ended}),
      [durable, at = at_](const Outcome& outcome) {
        const std::scoped_lock lock(durable->mutex);
        --durable->waiting;
        if (outcome) {
          durable->progress = at;
        } else {
          durable->trouble = outcome.error().what;
        }
        durable->changed.notify_all();
      });
}

Outcome RecordingEdge::end(const net::RecordingEnd& end) {
  const bool is_whole = at_.readings == end.readings && at_.events == end.events;
  log::info("recording " + script_.name + ": " + std::to_string(at_.readings) + " readings and " +
            std::to_string(at_.events) + " events, up to " + to_text(end.reached));
  if (!is_whole)
    troubles_.note(clock_.now(), 0, wrong_totals, "", [&] {
      return flow::TroubleWords{"the recording says that it has " + std::to_string(end.readings) +
                                    " readings and " + std::to_string(end.events) +
                                    " events, and " + std::to_string(at_.readings) + " and " +
                                    std::to_string(at_.events) + " came",
                                "Record it again: what came is kept."};
    });
  TRY(reach(end.reached, true));
  wait_durable();
  return Done{};
}

void RecordingEdge::wait_durable() {
  const Monotonic began = clock_.elapsed();
  while (!is_stopping_ && clock_.elapsed() - began < last_wait) {
    keep_durable(true);
    if (durable_ && durable_->has_ended) return;
    std::unique_lock lock(acknowledged_->mutex);
    if (!acknowledged_->trouble.empty()) return;
    acknowledged_->changed.wait_for(lock, room_wait);
  }
}

void RecordingEdge::keep_durable(bool now) {
  const Monotonic elapsed = clock_.elapsed();
  if (!now && elapsed - kept_at_ < keep_every) return;
  kept_at_ = elapsed;
  std::optional<Progress> durable;
  {
    const std::scoped_lock lock(acknowledged_->mutex);
    durable = std::exchange(acknowledged_->progress, std::nullopt);
  }
  if (!durable) return;
  durable_ = durable;
  const Outcome kept = write_progress(script_.progress_file, *durable);
  if (!kept) log::warning("recording " + script_.name + ": " + kept.error().what);
}

void RecordingEdge::wait(Duration span) {
  std::unique_lock lock(mutex_);
  stop_.wait_for(lock, span, [&] { return is_stopping_.load(); });
}

}  // namespace millwright::connect::recording
