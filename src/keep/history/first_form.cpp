#include "keep/history/first_form.hpp"

#include <algorithm>
#include <cstring>

#include "base/log.hpp"
#include "base/packed.hpp"
#include "keep/history/sqlite.hpp"

namespace millwright::keep {
namespace {

// The format byte of a block.
constexpr std::uint8_t plain_columns = 1, packed_columns = 2;
constexpr std::size_t rows_read_max = std::size_t{1} << 20U;  // of one block, whatever it claims
constexpr std::size_t rows_at_once = 500'000;
enum Has : std::uint8_t { has_quality = 1, has_replaced = 2 };

template <class T>
Outcome read_column(Reader& in, std::size_t rows, std::vector<T>& out) {
  const ByteView bytes = TRY(in.raw(rows * sizeof(T)));
  out.resize(rows);
  std::memcpy(static_cast<void*>(out.data()), bytes.data(), bytes.size());
  return Done{};
}

bool is_decimal(Kind kind) {
  return kind == Kind::number || kind == Kind::single;
}

Outcome read_texts(Reader& in, Rows& rows, std::size_t count) {
  if (count > in.left()) return fail(Code::corrupt, "the block's head makes no sense");
  rows.values.resize(count);
  for (std::size_t row = 0; row < count; ++row)
    rows.texts.push_back(TRY(in.text()));
  return Done{};
}

Outcome read_packed(Reader& in, Rows& rows, std::size_t count) {
  std::vector<std::int64_t> whole;
  TRY(unpack_integers(in, count, whole));
  rows.times.reserve(count);
  for (const std::int64_t at : whole)
    rows.times.push_back(instant(at));
  if (rows.kind == Kind::text) return read_texts(in, rows, count);
  rows.values.reserve(count);
  if (is_decimal(rows.kind)) {
    std::vector<double> numbers;
    TRY(unpack_numbers(in, count, numbers));
    for (const double number : numbers)
      rows.values.push_back(Scalar::of(number));
    return Done{};
  }
  whole.clear();
  TRY(unpack_integers(in, count, whole));
  for (const std::int64_t value : whole)
    rows.values.push_back(Scalar::of(value));
  return Done{};
}

Outcome read_plain(Reader& in, Rows& rows, std::size_t count) {
  if (count > in.left()) return fail(Code::corrupt, "the block's head makes no sense");
  auto at = TRY(in.fixed<std::int64_t>());
  for (std::size_t row = 0; row < count; ++row) {
    const std::uint64_t step = TRY(in.variable());
    at = static_cast<std::int64_t>(static_cast<std::uint64_t>(at) + step);
    rows.times.push_back(instant(at));
  }
  return rows.kind == Kind::text ? read_texts(in, rows, count)
                                 : read_column(in, count, rows.values);
}

struct Head {
  std::uint8_t format, has;
  std::size_t rows;
};

Outcome read_columns(Reader& in, Rows& rows, const Head& head) {
  const auto [format, has, count] = head;
  TRY(format == packed_columns ? read_packed(in, rows, count) : read_plain(in, rows, count));
  if ((has & has_quality) != 0) TRY(read_column(in, count, rows.qualities));
  if ((has & has_replaced) != 0) TRY(read_column(in, count, rows.replaced));
  return Done{};
}

// The rows of one tag, as they lie in the file.
Result<Handover> handover_of(Statement& blocks, const Catalogue::TagState& state,
                             std::size_t& rows) {
  Handover out{state.tag, state.stored, state.newest, {}};
  blocks.bind(1, std::int64_t{state.tag.value});
  while (TRY(blocks.step())) {
    Learned all;
    all.first = {static_cast<std::uint64_t>(blocks.integer(1))};
    all.last = {static_cast<std::uint64_t>(blocks.integer(2))};
    Result<Rows> decoded = decode_first_form(blocks.bytes(3));
    if (!decoded)
      return fail(Code::corrupt,
                  "block " + std::to_string(blocks.integer(0)) +
                      " of the history's first form cannot be read: " + decoded.error().what +
                      ". Restore the data folder from a backup");
    all.rows = std::move(decoded).value();
    rows += all.rows.size();
    const auto chunks =
        make_chunks(state.tag, std::make_shared<Learned>(std::move(all)), Instant::min());
    out.chunks.insert(out.chunks.end(), chunks.begin(), chunks.end());
  }
  return out;
}

Outcome take_all(Database& database, SegmentStore& store) {
  std::vector<Catalogue::TagState> states;
  Statement tags = TRY(database.prepare("SELECT tag, stored, newest_ns FROM tag_state"));
  while (TRY(tags.step()))
    states.push_back({TagId{static_cast<std::uint32_t>(tags.integer(0))},
                      Sequence{static_cast<std::uint64_t>(tags.integer(1))},
                      instant(tags.integer(2))});
  Statement blocks =
      TRY(database.prepare("SELECT id, first, last, rows FROM chunk WHERE tag = ? ORDER BY id"));
  std::size_t rows = 0;
  for (const Catalogue::TagState& state : states) {
    TRY(store.add({TRY(handover_of(blocks, state, rows))}));
    if (rows < rows_at_once && &state != &states.back()) continue;
    TRY(store.commit());
    rows = 0;
  }
  return Done{};
}

}  // namespace

Result<Rows> decode_first_form(ByteView bytes) {
  constexpr std::size_t sum_bytes = sizeof(std::uint32_t);
  if (bytes.size() < sum_bytes) return fail(Code::corrupt, "the block is too short");
  std::uint32_t sum = 0;
  std::memcpy(&sum, bytes.data() + bytes.size() - sum_bytes, sum_bytes);
  const ByteView content = bytes.first(bytes.size() - sum_bytes);
  if (crc32c(content) != sum) return fail(Code::corrupt, "the block's sum is wrong");
  Reader in(content);
  const auto format = TRY(in.fixed<std::uint8_t>());
  if (format != plain_columns && format != packed_columns)
    return fail(Code::corrupt, "the block has a format that this version does not know");
  const auto kind = TRY(in.fixed<std::uint8_t>());
  const auto has = TRY(in.fixed<std::uint8_t>());
  const std::uint64_t count = TRY(in.variable());
  if (kind > static_cast<std::uint8_t>(Kind::text) || count == 0 || count > rows_read_max)
    return fail(Code::corrupt, "the block's head makes no sense");
  Rows rows;
  rows.kind = static_cast<Kind>(kind);
  TRY(read_columns(in, rows, {format, has, count}));
  if (!in.is_at_end()) return fail(Code::corrupt, "the block is longer than its rows");
  return rows;
}

Outcome take_over_first_form(const std::filesystem::path& file, SegmentStore& store) {
  log::info("the history is brought into its present form, which is done once");
  {
    Database database = TRY(Database::open(file.string(), Database::Access::read));
    TRY(take_all(database, store));
  }
  for (const char* end : {"", "-wal", "-shm"})
    std::filesystem::remove(file.string() + end);
  log::info("the history has its present form");
  return Done{};
}

}  // namespace millwright::keep
