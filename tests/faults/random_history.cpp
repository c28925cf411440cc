#include "random_history.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <random>
#include <set>
#include <sstream>

namespace millwright::faults {
namespace {

using Limits = std::numeric_limits<std::int64_t>;

const Instant usual_start = instant(1'763'769'600'000'000'000);  // a midnight
// Beyond it the history cannot keep a time (math/codec/block.hpp).
constexpr std::int64_t time_max = (std::int64_t{1} << 62) - 1;

class Maker {
 public:
  explicit Maker(std::uint64_t seed) : random_(seed) {}

  RandomHistory made() {
    RandomHistory out;
    choose_settings(out.settings);
    const std::size_t tags = 1 + below(5);
    for (std::size_t i = 0; i < tags; ++i) {
      out.groups.push_back(chance(20) ? "" : "machine " + std::to_string(below(2)));
      kinds_.push_back(static_cast<Kind>(below(6)));
    }
    now_ = is_extreme_ ? instant(below(2) == 0 ? -time_max : time_max - far()) : usual_start;
    learned_ = usual_start;
    const std::size_t operations = 5 + below(40);
    for (std::size_t i = 0; i < operations; ++i)
      out.operations.push_back(operation());
    return out;
  }

 private:
  // Not a distribution of the library: those differ from one library to the next.
  std::uint64_t below(std::uint64_t n) { return random_() % n; }
  bool chance(unsigned percent) { return below(100) < percent; }
  template <class T>
  T any_of(std::initializer_list<T> values) {
    return *(values.begin() + below(values.size()));
  }
  static std::int64_t far() { return std::int64_t{1} << 50U; }

  void choose_settings(keep::HistorySettings& settings) {
    settings.handover_rows = any_of<std::size_t>({3, 20, 200, 4096});
    settings.handover_late_rows = any_of<std::size_t>({3, 20, 200, 8192});
    settings.rows_open_max = any_of<std::size_t>({10, 100, 4'000'000});
    settings.rows_behind_max = any_of<std::size_t>({50, 500, 16'000'000});
    settings.open_max = any_of<Duration>({1s, 10min, 1h});
    settings.handovers_batch_max = any_of<std::size_t>({1, 2, 64});
    settings.store.segment_bytes = any_of<std::uint64_t>({1000, 10'000, std::uint64_t{1} << 28U});
    settings.store.growing_max = any_of<std::size_t>({1, 2, 4});
    is_extreme_ = chance(8);
    rows_max_ = any_of<std::size_t>({2, 8, 8, 40, 40, 3000});
    kind_changes_percent_ = any_of<unsigned>({0, 0, 5, 40});
    step_ = any_of<Duration>({1ns, 1ms, 1s, 97s, 40min, 13h});
  }

  Operation operation() {
    using What = Operation::What;
    Operation out;
    out.what = any_of({What::hear, What::hear, What::hear, What::hear, What::hear, What::hear,
                       What::read, What::read, What::settle, What::settle_all, What::store,
                       What::reopen, What::finish});
    learned_ += any_of<Duration>({1ms, 1s, 5min, 2h});
    out.learned = learned_;
    if (out.what == What::hear) add_runs(out.rows);
    out.replay_percent = any_of<unsigned>({0, 0, 50, 100});
    out.tag = TagId{static_cast<std::uint32_t>(below(kinds_.size()))};
    if (out.what == What::read) choose_span(out);
    return out;
  }

  void add_runs(std::vector<Heard>& rows) {
    const std::size_t most = chance(80) ? std::min<std::size_t>(rows_max_, 40) : rows_max_;
    const std::vector<Instant> times = times_of_run(1 + below(most));
    const std::size_t runs = 1 + below(kinds_.size());
    for (std::size_t i = 0; i < runs; ++i) {
      const TagId tag{static_cast<std::uint32_t>(below(kinds_.size()))};
      if (chance(kind_changes_percent_)) kinds_[tag.index()] = static_cast<Kind>(below(6));
      const bool is_shared = chance(70);
      for (const Instant at : is_shared ? times : times_of_run(1 + below(most)))
        rows.push_back({tag, row_at(at, kinds_[tag.index()])});
    }
  }

  std::vector<Instant> times_of_run(std::size_t rows) {
    std::vector<Instant> times;
    Instant at = now_;
    if (chance(25)) at = back(any_of<Duration>({1s, 50min, 70min, 5h, 24h, 24h * 9}));
    if (chance(15) && !used_.empty()) at = used_[below(used_.size())];  // the same times again
    for (std::size_t i = 0; i < rows; ++i) {
      times.push_back(at);
      if (used_.size() < 200 || chance(5)) used_.push_back(at);
      if (!chance(5)) at = bounded(at, step_ * static_cast<std::int64_t>(1 + below(3)));
      if (chance(3)) at = back(any_of<Duration>({1ms, 2s, 3h}));
    }
    now_ = std::max(now_, at);
    return times;
  }
  Instant back(Duration by) { return bounded(now_, -by); }
  static Instant bounded(Instant at, Duration by) {
    const std::int64_t now = nanoseconds(at);
    if (by.count() > 0 && now > time_max - by.count()) return instant(time_max);
    if (by.count() < 0 && now < -time_max - by.count()) return instant(-time_max);
    return at + by;
  }

  Row row_at(Instant at, Kind kind) {
    Row row{kind, at, {}, {}, {}};
    if (chance(12))
      row.quality = any_of({quality::uncertain, quality::bad, quality::bad_sensor_failure,
                            Quality{0xFFFFFFFF}, Quality{0x00000001}, quality::bad_no_data});
    if (kind == Kind::text) {
      row.text = text();
    } else if (kind == Kind::boolean) {
      row.value = Scalar::of(chance(50));
    } else if (kind == Kind::integer) {
      row.value = Scalar::of(integer());
    } else if (kind == Kind::natural) {
      row.value = Scalar::of(static_cast<std::uint64_t>(integer()));
    } else {
      row.value = Scalar::of(number());
      if (kind == Kind::single)
        row.value = Scalar::of(static_cast<double>(static_cast<float>(row.value.number())));
    }
    return row;
  }
  std::string text() {
    if (chance(70)) return any_of<const char*>({"", "idle", "running", "läuft", "fault 7"});
    std::string bytes(below(chance(5) ? 5000 : 12), '\0');
    for (char& byte : bytes)
      byte = static_cast<char>(below(256));
    return bytes;
  }
  std::int64_t integer() {
    if (chance(80)) return static_cast<std::int64_t>(below(1000)) - 300;
    return any_of<std::int64_t>(
        {Limits::min(), Limits::max(), -1, 0, far() + 1, static_cast<std::int64_t>(random_())});
  }
  double number() {
    using Numbers = std::numeric_limits<double>;
    if (chance(85)) return static_cast<double>(static_cast<std::int64_t>(below(5000)) - 900) / 10;
    return any_of<double>({Numbers::quiet_NaN(), Numbers::infinity(), -Numbers::infinity(), -0.0,
                           0.0, Numbers::max() / 1e9, Numbers::denorm_min(), 1e-300, 0.1F,
                           std::ldexp(static_cast<double>(random_()), -30)});
  }

  void choose_span(Operation& read) {
    read.from = used_.empty() || chance(10) ? Instant::min() : used_[below(used_.size())];
    read.to = used_.empty() || chance(10) ? Instant::max() : used_[below(used_.size())];
    if (read.to < read.from) std::swap(read.from, read.to);
    if (chance(30) && nanoseconds(read.to) < Limits::max()) read.to += Duration(1);
    read.count = chance(50) ? 1 + below(20) : 1 + below(3000);
  }

  std::mt19937_64 random_;
  std::vector<Kind> kinds_;
  std::vector<Instant> used_;
  Instant now_, learned_;
  Duration step_ = 1s;
  bool is_extreme_ = false;
  std::size_t rows_max_ = 8;
  unsigned kind_changes_percent_ = 0;
};

void write_rows(std::ostream& out, const std::vector<Heard>& rows) {
  constexpr std::size_t shown_max = 60;
  for (std::size_t i = 0; i < std::min(rows.size(), shown_max); ++i) {
    const auto& [tag, row] = rows[i];
    out << " tag" << tag.value << "@" << nanoseconds(row.at) << "=";
    if (row.kind == Kind::text) {
      out << "text[" << row.text.size() << "]";
    } else {
      out << "kind" << static_cast<int>(row.kind) << ":" << as_number(row.kind, row.value);
    }
    if (row.quality != quality::good) out << "/" << std::hex << row.quality.code << std::dec;
  }
  if (rows.size() > shown_max) out << " … of " << rows.size();
}

}  // namespace

RandomHistory history_of(std::uint64_t seed) {
  return Maker(seed).made();
}

std::string text_of(const std::vector<Operation>& operations) {
  static constexpr std::array names{"hear",   "settle", "settle_all", "store",
                                    "reopen", "finish", "read"};
  std::ostringstream out;
  for (const Operation& operation : operations) {
    out << "  " << names[static_cast<std::size_t>(operation.what)];
    if (operation.what == Operation::What::hear) write_rows(out, operation.rows);
    if (operation.what == Operation::What::read)
      out << " tag" << operation.tag.value << " from " << nanoseconds(operation.from) << " to "
          << nanoseconds(operation.to) << " count " << operation.count;
    if (operation.what == Operation::What::reopen || operation.what == Operation::What::finish)
      out << ", replay from " << operation.replay_percent << " % of what is needed";
    out << "\n";
  }
  return out.str();
}

}  // namespace millwright::faults
