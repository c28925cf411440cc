#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <unordered_map>
#include <vector>

#include "math/codec/codec.hpp"

namespace millwright::math {
namespace {

constexpr std::size_t size_bytes = 2;

// Leaves room for the table of sizes, lets each vector be written, and fills the table in.
template <class Write>
void write_vectors(std::size_t rows, Bytes& out, const Write& write) {
  const std::size_t table = out.size();
  const std::size_t vectors = (rows + vector_rows - 1) / vector_rows;
  out.resize(table + size_bytes * vectors);
  for (std::size_t i = 0; i < vectors; ++i) {
    const std::size_t before = out.size();
    write(i * vector_rows, std::min(vector_rows, rows - i * vector_rows));
    const std::size_t size = out.size() - before;
    CHECK(size <= std::numeric_limits<std::uint16_t>::max());
    const auto narrow = static_cast<std::uint16_t>(size);
    std::memcpy(out.data() + table + size_bytes * i, &narrow, size_bytes);
  }
}

void write_whole(std::span<const std::int64_t> values, Bytes& out, Encoding how, Shape shape) {
  IntegerEncoder encoder(*how.kernels, how.layout);
  write_vectors(values.size(), out, [&](std::size_t from, std::size_t count) {
    encoder.plan(values.subspan(from, count), shape);
    encoder.write(out);
  });
}

template <class T>
void write_widened(std::span<const T> values, Bytes& out, Encoding how) {
  IntegerEncoder encoder(*how.kernels, how.layout);
  std::array<std::int64_t, vector_rows> wide;
  write_vectors(values.size(), out, [&](std::size_t from, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      wide[i] = static_cast<std::int64_t>(values[from + i]);
    encoder.plan(std::span(wide).first(count));
    encoder.write(out);
  });
}

struct Dictionary {
  std::vector<std::string_view> texts;
  std::vector<std::int64_t> places;
  std::size_t bytes = 0;
};

// The different texts, in the order of their first row; false when they are too many.
bool find_texts(std::span<const std::string_view> values, Dictionary& dictionary) {
  std::unordered_map<std::string_view, std::int64_t> known;
  for (const std::string_view text : values) {
    const auto [at, is_new] =
        known.try_emplace(text, static_cast<std::int64_t>(dictionary.texts.size()));
    if (is_new) {
      if (dictionary.texts.size() == dictionary_texts_max) return false;
      dictionary.texts.push_back(text);
      dictionary.bytes += text.size();
    }
    dictionary.places.push_back(at->second);
  }
  return true;
}

void write_dictionary(const Dictionary& dictionary, Bytes& out, Encoding how) {
  Writer writer(out);
  writer.fixed(static_cast<std::uint32_t>(dictionary.texts.size()));
  std::uint32_t end = 0;
  for (const std::string_view text : dictionary.texts)
    writer.fixed(end += static_cast<std::uint32_t>(text.size()));
  for (const std::string_view text : dictionary.texts)
    writer.raw(as_bytes(text));
  write_integers(dictionary.places, out, how);
}

void write_plain(std::span<const std::string_view> values, Bytes& out, Encoding how) {
  Writer writer(out);
  std::vector<std::int64_t> lengths;
  std::uint32_t start = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i % vector_rows == 0) writer.fixed(start);
    start += static_cast<std::uint32_t>(values[i].size());
    lengths.push_back(static_cast<std::int64_t>(values[i].size()));
  }
  writer.fixed(start);
  for (const std::string_view text : values)
    writer.raw(as_bytes(text));
  write_integers(lengths, out, how);
}

}  // namespace

void write_numbers(std::span<const double> values, Bytes& out, Encoding how) {
  NumberEncoder encoder(*how.kernels, how.layout);
  write_vectors(values.size(), out, [&](std::size_t from, std::size_t count) {
    encoder.write(values.subspan(from, count), out);
  });
}

void write_integers(std::span<const std::int64_t> values, Bytes& out, Encoding how) {
  write_whole(values, out, how, Shape::any);
}
void write_naturals(std::span<const std::uint64_t> values, Bytes& out, Encoding how) {
  write_widened(values, out, how);
}
void write_booleans(std::span<const std::uint8_t> values, Bytes& out, Encoding how) {
  write_widened(values, out, how);
}
void write_times(std::span<const std::int64_t> nanoseconds, Bytes& out, Encoding how) {
  write_whole(nanoseconds, out, how, Shape::grid);
}

Outcome write_texts(std::span<const std::string_view> values, Bytes& out, Encoding how) {
  std::size_t bytes = 0;
  for (const std::string_view text : values) {
    if (text.size() > text_bytes_max)
      return fail(Code::invalid, "a text of " + std::to_string(text.size()) +
                                     " bytes is longer than a column takes (65536)");
    bytes += text.size();
  }
  if (bytes > column_text_bytes_max)
    return fail(Code::invalid, "the texts of a column are longer than 16 MiB together");
  Dictionary dictionary;
  const bool is_dictionary = find_texts(values, dictionary) &&
                             dictionary.bytes + 4 * dictionary.texts.size() < bytes + values.size();
  out.push_back(is_dictionary ? 0 : 1);
  if (is_dictionary)
    write_dictionary(dictionary, out, how);
  else
    write_plain(values, out, how);
  return Done{};
}

Outcome write_lists(const ListsIn& lists, Bytes& out, Encoding how) {
  std::size_t values = 0;
  for (const std::uint32_t length : lists.lengths)
    values += length;
  if (values != lists.values.size())
    return fail(Code::invalid, "the lengths of the lists do not add up to their values");
  if (values > column_list_values_max)
    return fail(Code::invalid, "the lists of a column hold more than 1048576 numbers together");
  Writer writer(out);
  std::uint32_t start = 0;
  for (std::size_t i = 0; i < lists.lengths.size(); ++i) {
    if (i % vector_rows == 0) writer.fixed(start);
    start += lists.lengths[i];
  }
  writer.fixed(start);
  const std::size_t size_at = out.size();
  writer.fixed(std::uint32_t{0});
  write_widened(lists.lengths, out, how);
  const auto size = static_cast<std::uint32_t>(out.size() - size_at - sizeof(std::uint32_t));
  std::memcpy(out.data() + size_at, &size, sizeof size);
  if (!lists.values.empty()) write_numbers(lists.values, out, how);
  return Done{};
}

}  // namespace millwright::math
