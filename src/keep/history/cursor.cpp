#include "keep/history/cursor.hpp"

#include <algorithm>
#include <optional>

namespace millwright::keep {
namespace {

constexpr std::size_t told_rows = math::vector_rows;  // at a time, at most

// Rows in memory may hold replaced ones still.
std::shared_ptr<const Rows> standing(const std::shared_ptr<const Rows>& rows) {
  if (rows->replaced.empty()) return rows;
  const Rows* const list = rows.get();
  return std::make_shared<const Rows>(std::move(standing_rows({&list, 1}).front()));
}

void clear(Rows& rows) {
  rows.times.clear();
  rows.values.clear();
  rows.qualities.clear();
  rows.texts.clear();
}

// Shape: of one kind.
void append(Rows& to, const Rows& from, std::size_t begin, std::size_t end) {
  const auto copy = [&](auto& column, const auto& more) {
    if (more.empty()) return;
    column.insert(column.end(), more.begin() + static_cast<std::ptrdiff_t>(begin),
                  more.begin() + static_cast<std::ptrdiff_t>(end));
  };
  if (!from.qualities.empty()) to.qualities.resize(to.times.size(), quality::good);
  const bool has_qualities = !from.qualities.empty() || !to.qualities.empty();
  copy(to.times, from.times);
  copy(to.values, from.values);
  copy(to.qualities, from.qualities);
  if (has_qualities) to.qualities.resize(to.times.size(), quality::good);
  copy(to.texts, from.texts);
}

std::size_t row_at(const Rows& rows, std::size_t begin, Instant at) {
  const auto first = rows.times.begin() + static_cast<std::ptrdiff_t>(begin);
  return static_cast<std::size_t>(std::lower_bound(first, rows.times.end(), at) -
                                  rows.times.begin());
}

}  // namespace

// A part that is being told.
struct Cursor::Source {
  const Part* part = nullptr;
  Instant next{};  // of its first row that was not told
  std::optional<FrameColumn> column{};
  std::size_t vector = 0;
  std::shared_ptr<const Rows> rows{};  // of the vector, or all; owners: this, and as of the part
  std::size_t row = 0;
  bool is_done = false;

  // To a row of `rows`, or to what comes after them.
  void go_to(std::size_t to) {
    row = to;
    if (row < rows->size()) {
      next = rows->times[row];
      return;
    }
    rows.reset();
    row = 0;
    if (column)
      go_to_vector(vector + 1);
    else
      is_done = true;
  }
  void go_to_vector(std::size_t to) {
    vector = to;
    is_done = vector == column->vectors();
    if (!is_done) next = column->ends(vector).from;
  }
  bool is_newer(const Source& other) const {
    if (part->learned == other.part->learned) return other.part < part;
    return other.part->learned < part->learned;
  }
};

Cursor::Cursor(std::vector<Part> parts, Span span) : parts_(std::move(parts)), span_(span) {
  const auto earlier = [](const Part& a, const Part& b) { return a.from < b.from; };
  if (!std::is_sorted(parts_.begin(), parts_.end(), earlier))
    std::stable_sort(parts_.begin(), parts_.end(), earlier);
}
Cursor::Cursor(Cursor&&) noexcept = default;
Cursor& Cursor::operator=(Cursor&&) noexcept = default;
Cursor::~Cursor() = default;

void Cursor::rewind() {
  next_part_ = 0;
  active_.clear();
  is_over_ = false;
}

Outcome Cursor::tell_all(Listener& listener) {
  while (TRY(step(listener))) {
  }
  return Done{};
}

// The source whose next row comes first; of several those whose rows are not there yet.
std::size_t Cursor::first_source() const {
  const auto found =
      std::min_element(active_.begin(), active_.end(), [](const Source& a, const Source& b) {
        return a.next != b.next ? a.next < b.next : a.rows == nullptr && b.rows != nullptr;
      });
  return static_cast<std::size_t>(found - active_.begin());
}

// Parts that begin before the next row of those that are told already become sources.
void Cursor::activate() {
  std::erase_if(active_, [](const Source& source) { return source.is_done; });
  for (; next_part_ < parts_.size(); ++next_part_) {
    const Part& part = parts_[next_part_];
    if (part.from >= span_.to) return;
    if (!active_.empty() && part.from > active_[first_source()].next) return;
    if (part.to >= span_.from) active_.push_back({&part, part.from});
  }
}

// When another source has its next row.
Instant Cursor::next_other(std::size_t source) const {
  Instant next = next_part_ < parts_.size() ? parts_[next_part_].from : Instant::max();
  for (std::size_t i = 0; i < active_.size(); ++i)
    if (i != source) next = std::min(next, active_[i].next);
  return next;
}

Result<bool> Cursor::step(Listener& listener) {
  Result<bool> told = tell_next(listener);
  if (!told && told.error().code == Code::corrupt && damages_ != nullptr) ++*damages_;
  return told;
}

Result<bool> Cursor::tell_next(Listener& listener) {
  clear(out_);
  while (!is_over_ && out_.size() < told_rows) {
    activate();
    const std::size_t at = first_source();
    if (active_.empty() || active_[at].next >= span_.to) {
      is_over_ = true;
      break;
    }
    Source& source = active_[at];
    const Instant other = next_other(at);
    const bool is_telling = out_.size() > 0;
    if (source.rows == nullptr) {
      if (is_telling) break;  // these come first
      if (TRY(offer(source, other, listener))) return true;
    } else if (!is_telling && is_whole(source, other)) {
      const auto rows = source.rows;
      source.go_to(rows->size());
      is_over_ = !TRY(listener.take(*rows));
      return !is_over_;
    } else {
      if (is_telling && source.rows->kind != out_.kind) break;
      out_.kind = source.rows->kind;
      merge(at, other);
    }
  }
  if (out_.size() == 0) return false;
  if (!TRY(listener.take(out_))) is_over_ = true;
  return !is_over_;
}

// Its rows can be told as they are.
bool Cursor::is_whole(const Source& source, Instant other) const {
  const Instant last = source.rows->times.back();
  return source.row == 0 && source.rows->size() <= told_rows && last < other && last < span_.to;
}

// The next unit of a part whose rows are not there: told in short, or else made ready. Whether it
// was told.
Result<bool> Cursor::offer(Source& source, Instant other, Listener& listener) {
  const Part& part = *source.part;
  const auto is_alone = [&](const FrameColumn::Ends& rows) {
    return rows.to < other && rows.from >= span_.from && rows.to < span_.to;
  };
  if (part.rows != nullptr) {
    source.rows = standing(part.rows);
    source.go_to(row_at(*source.rows, 0, span_.from));
    return false;
  }
  if (!source.column) {
    if (is_alone({part.from, part.to}) && listener.take_chunk(part.stored.entry)) {
      source.is_done = true;
      return true;
    }
    source.column.emplace(TRY(part.stored.segment->column(part.stored.entry)));
    std::size_t first = 0;
    while (first < source.column->vectors() && source.column->ends(first).to < span_.from)
      ++first;
    source.go_to_vector(first);
    return false;
  }
  const auto damage = [&](const Error& found) {
    return part.stored.segment->damage(part.stored.entry, found);
  };
  if (is_alone(source.column->ends(source.vector))) {
    const auto statistics = source.column->statistics(source.vector);
    if (!statistics) return damage(statistics.error());
    if (listener.take_vector(**statistics, part.stored.entry.kind)) {
      source.go_to_vector(source.vector + 1);
      return true;
    }
  }
  auto rows = source.column->rows(source.vector);
  if (!rows) return damage(rows.error());
  source.rows = std::make_shared<const Rows>(std::move(*rows));
  source.go_to(row_at(*source.rows, 0, span_.from));
  return false;
}

// Adds rows of the source up to where another has one; where both have one, what was learned last
// stands.
void Cursor::merge(std::size_t at, Instant other) {
  Source& source = active_[at];
  const Instant now = source.next;
  if (now < other) {
    const std::size_t room = source.row + told_rows - out_.size();
    const std::size_t end =
        std::min(room, row_at(*source.rows, source.row, std::min(other, span_.to)));
    append(out_, *source.rows, source.row, end);
    source.go_to(end);
    return;
  }
  std::size_t newest = at;
  for (std::size_t i = 0; i < active_.size(); ++i)
    if (active_[i].next == now && active_[i].is_newer(active_[newest])) newest = i;
  for (std::size_t i = 0; i < active_.size(); ++i)
    if (i != newest && active_[i].next == now) active_[i].go_to(active_[i].row + 1);
}

}  // namespace millwright::keep
