// Values a second and bytes a value, on data made as bench/codec.md describes. Each figure is of
// one thread; items are values.
#include <benchmark/benchmark.h>

#include <functional>
#include <map>

#include "math/codec/codec.hpp"
#include "math/codec/examples.hpp"

namespace millwright::math {
namespace {

using Column = std::vector<double>;
using Columns = std::vector<Column>;

constexpr std::size_t columns_of_a_kind = 4;

Columns many(const std::function<Column(std::uint64_t)>& make) {
  Columns columns;
  for (std::uint64_t seed = 1; seed <= columns_of_a_kind; ++seed)
    columns.push_back(make(seed));
  return columns;
}

std::function<Column(std::uint64_t)> analog(examples::Analog shape) {
  return [shape](std::uint64_t seed) { return examples::analog(seed, column_rows_max, shape); };
}

enum Kind : int {
  temperature,
  vibration,
  power,
  flow,
  counters,
  states,
  all,
  real,
  input,
  computed
};

void append(Columns& to, const Columns& from) {
  to.insert(to.end(), from.begin(), from.end());
}

Columns analogs() {  // the twelve analog tags of a machine
  Columns columns;
  for (const auto& shape :
       {examples::Analog{45, 0.005, 0.02, 0.03, 1}, examples::Analog{70, 0.005, 0.05, 0.05, 1},
        examples::Analog{22, 0.002, 0.01, 0.03, 1}, examples::Analog{2.5, 0.05, 0.02, 0.05, 3},
        examples::Analog{1.2, 0.05, 0.01, 0.02, 3}, examples::Analog{6, 0.02, 0.02, 0.2, 2},
        examples::Analog{12, 0.02, 0.1, 0.3, 2}, examples::Analog{180, 0.02, 0.3, 0.5, 2},
        examples::Analog{40, 0.02, 0.5, 1.5, 1}, examples::Analog{1500, 0.02, 2, 4, 1},
        examples::Analog{8, 0.02, 0.05, 0.2, 2}, examples::Analog{55, 0.01, 0.1, 0.1, 1}})
    append(columns, many(analog(shape)));
  return columns;
}

Columns others() {
  Columns columns;
  append(columns, many([](auto seed) { return examples::counter(seed, column_rows_max, 30); }));
  append(columns, many([](auto seed) { return examples::meter(seed, column_rows_max); }));
  append(columns, many([](auto seed) { return examples::held(seed, column_rows_max, 6, 300); }));
  append(columns, many([](auto seed) { return examples::held(seed, column_rows_max, 2, 120); }));
  append(columns, many([](auto seed) { return examples::held(seed, column_rows_max, 2, 900); }));
  append(columns,
         many([](auto seed) { return examples::held(seed, column_rows_max, 40, 3000, 0.5); }));
  append(columns,
         many([](auto seed) { return examples::held(seed, column_rows_max, 9, 5000, 5); }));
  append(columns, many([](auto seed) { return examples::held(seed, column_rows_max, 3, 9000); }));
  return columns;
}

Columns all_of_a_machine() {
  Columns columns = analogs();
  append(columns, others());
  return columns;
}

Columns make(int kind) {
  switch (kind) {
    case temperature:
      return many(analog({45, 0.005, 0.02, 0.03, 1}));
    case vibration:
      return many(analog({2.5, 0.05, 0.02, 0.05, 3}));
    case power:
      return many(analog({12, 0.02, 0.1, 0.3, 2}));
    case flow:
      return many(analog({40, 0.02, 0.5, 1.5, 1}));
    case counters: {
      Columns columns = others();
      columns.resize(2 * columns_of_a_kind);
      return columns;
    }
    case states: {
      Columns columns = others();
      columns.erase(columns.begin(), columns.begin() + 2 * columns_of_a_kind);
      return columns;
    }
    case real: {
      Columns columns = all_of_a_machine();
      for (Column& column : columns)
        column = examples::widened(std::move(column));
      return columns;
    }
    case input: {
      Columns columns;
      for (const auto how : {examples::Scaling::by_fraction, examples::Scaling::by_product,
                             examples::Scaling::in_single})
        append(columns, many([how](auto seed) {
                 return examples::analog_input(seed, column_rows_max, how);
               }));
      return columns;
    }
    case computed: {
      Columns columns = many([](auto seed) { return examples::computed(seed, column_rows_max); });
      append(columns, many([](auto seed) {
               return examples::widened(examples::computed(seed, column_rows_max));
             }));
      return columns;
    }
    default:
      return all_of_a_machine();
  }
}

const Columns& columns_of(int kind) {
  static std::map<int, Columns> made;
  const auto [at, is_new] = made.try_emplace(kind);
  if (is_new) at->second = make(kind);
  return at->second;
}

const char* name_of(std::int64_t kind) {
  static constexpr const char* names[] = {"temperature 0.1",  "vibration 0.001",
                                          "power 0.01",       "flow 0.1",
                                          "counters",         "states, booleans, set-points",
                                          "all of a machine", "all, 32-bit numbers",
                                          "analog inputs",    "computed, 64 and 32 bits"};
  return names[kind];
}

const Kernels& kernels_of(const benchmark::State& state) {
  return state.range(1) == 0 ? scalar_kernels() : best_kernels();
}

void finish(benchmark::State& state, std::size_t values) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(values));
  state.SetLabel(std::string(name_of(state.range(0))) + (state.range(1) == 0 ? ", scalar" : ""));
}

void encode(benchmark::State& state) {
  const Columns& columns = columns_of(static_cast<int>(state.range(0)));
  Bytes out;
  std::size_t values = 0, bytes = 0;
  for (const Column& column : columns)
    values += column.size();
  for (auto _ : state) {
    bytes = 0;
    for (const Column& column : columns) {
      out.clear();
      write_numbers(column, out, {&kernels_of(state)});
      bytes += out.size();
    }
  }
  state.counters["bytes/value"] = static_cast<double>(bytes) / static_cast<double>(values);
  finish(state, values);
}

std::vector<Bytes> encoded(int kind) {
  std::vector<Bytes> all_bytes;
  for (const Column& column : columns_of(kind))
    write_numbers(column, all_bytes.emplace_back());
  return all_bytes;
}

void decode(benchmark::State& state) {
  const std::vector<Bytes> columns = encoded(static_cast<int>(state.range(0)));
  std::array<double, vector_rows> out;
  for (auto _ : state) {
    for (const Bytes& bytes : columns) {
      const Numbers column = Numbers::open(bytes, column_rows_max, kernels_of(state)).value();
      for (std::size_t v = 0; v < column.count(); ++v) {
        CHECK(column.decode(v, out).has_value());
        benchmark::DoNotOptimize(out.data());
        benchmark::ClobberMemory();
      }
    }
  }
  finish(state, columns.size() * column_rows_max);
}

void least_most_sum(benchmark::State& state) {
  const std::vector<Bytes> columns = encoded(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    for (const Bytes& bytes : columns) {
      const Numbers column = Numbers::open(bytes, column_rows_max, kernels_of(state)).value();
      for (std::size_t v = 0; v < column.count(); ++v)
        benchmark::DoNotOptimize(column.summary(v).value().sum);
    }
  }
  finish(state, columns.size() * column_rows_max);
}

void times(benchmark::State& state) {
  const std::vector<std::int64_t> at = examples::times(1, column_rows_max);
  Bytes bytes;
  const bool writes = state.range(0) == 0;
  write_times(at, bytes);
  std::vector<std::int64_t> out(vector_rows);
  for (auto _ : state) {
    if (writes) {
      bytes.clear();
      write_times(at, bytes);
      continue;
    }
    const Integers column = Integers::open(bytes, at.size()).value();
    for (std::size_t v = 0; v < column.count(); ++v)
      CHECK(column.decode(v, std::span<std::int64_t>(out)).has_value());
  }
  state.counters["bytes/value"] =
      static_cast<double>(bytes.size()) / static_cast<double>(at.size());
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(at.size()));
  state.SetLabel(writes ? "encode" : "decode");
}

BENCHMARK(encode)->ArgsProduct({benchmark::CreateDenseRange(temperature, computed, 1), {1}});
BENCHMARK(encode)->Args({all, 0});
BENCHMARK(decode)->ArgsProduct({benchmark::CreateDenseRange(temperature, computed, 1), {1}});
BENCHMARK(decode)->Args({all, 0});
BENCHMARK(least_most_sum)->Args({temperature, 1})->Args({flow, 1})->Args({all, 1})->Args({all, 0});
BENCHMARK(times)->Arg(0)->Arg(1);

}  // namespace
}  // namespace millwright::math
