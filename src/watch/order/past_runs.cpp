#include "watch/order/past_runs.hpp"

#include <algorithm>

#include "model/described_bytes.hpp"

namespace millwright::watch::order {
namespace {

// Runs of the past are the live front's, once they are said: here they stay as long as late rows
// can change them.
constexpr RunWindows windows_of_past{.kept = RunWindows{}.late + 1h};

}  // namespace

PastRuns::PastRuns(SourceId source, Instant begin, Instant until, Instant end)
    : runs_(windows_of_past, begin),
      source_(source),
      begin_(begin),
      until_(std::max(begin, until)),
      end_(std::clamp(end, begin, until_)),
      said_until_(begin) {}

void PastRuns::end_at(Instant end) {
  end_ = std::clamp(end, said_until_, end_);
}

bool PastRuns::takes(Instant at) {
  if (!is_done_ && at >= begin_ && at < until_) return true;
  ++unused_rows_;
  return false;
}

void PastRuns::hear_order(Instant at, std::string_view number) {
  if (takes(at)) runs_.hear_order(at, number, until_);
}

void PastRuns::hear_product(Instant at, std::string_view product) {
  if (takes(at)) runs_.hear_product(at, product, until_);
}

void PastRuns::hear_quantity(Instant at, std::string_view parts) {
  if (takes(at)) runs_.hear_quantity(at, parts, until_);
}

std::vector<RunDifference> PastRuns::settle(Instant reached, bool is_last,
                                            const Runs::ProductOf& product_of) {
  if (is_done_) return {};
  runs_.settle(product_of);
  is_done_ = is_last;
  const Instant until = is_last ? std::clamp(reached, said_until_, end_)
                                : std::clamp(runs_.now().from, said_until_, end_);
  std::vector<RunDifference> is;
  for (RunDifference& piece : pieces_of(runs_.runs())) {
    piece.from = std::max(piece.from, begin_);
    piece.until = std::min(piece.until.value_or(until), until);
    if (piece.from < *piece.until) is.push_back(std::move(piece));
  }
  std::vector<RunDifference> changes = differences_of(said_, is);
  said_ = std::move(is);
  if (until != said_until_) runs_.changed(runs_.runs().size() - 1);  // It may have ended.
  said_until_ = until;
  return changes;
}

void PastRuns::forget(Instant reached) {
  runs_.forget(reached);
  runs_.take_changed();  // They moved only.
  const Instant oldest = runs_.runs().front().from;
  std::erase_if(said_, [&](const RunDifference& piece) { return *piece.until <= oldest; });
}

void PastRuns::save(Writer& out) const {
  write_bytes(out, source_);
  write_bytes(out, begin_);
  write_bytes(out, until_);
  write_bytes(out, end_);
  write_bytes(out, said_until_);
  write_bytes(out, said_);
  write_bytes(out, unused_rows_);
  write_bytes(out, is_done_);
  runs_.save(out);
  runs_.save_unsettled(out);
}

Result<PastRuns> PastRuns::load(Reader& in) {
  SourceId source{};
  Instant begin, until, end;
  TRY(read_bytes(in, source));
  TRY(read_bytes(in, begin));
  TRY(read_bytes(in, until));
  TRY(read_bytes(in, end));
  PastRuns past(source, begin, until, end);
  TRY(read_bytes(in, past.said_until_));
  TRY(read_bytes(in, past.said_));
  TRY(read_bytes(in, past.unused_rows_));
  TRY(read_bytes(in, past.is_done_));
  TRY(past.runs_.load(in));
  TRY(past.runs_.load_unsettled(in));
  return past;
}

}  // namespace millwright::watch::order
