// Random histories of what may be done to keep/history, against a plain map: README.md.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <thread>

#include "base/log.hpp"
#include "random_history.hpp"
#include "test_folder.hpp"
#include "test_rounds.hpp"

namespace millwright::faults {
namespace {

constexpr auto store_wait = 60s;
constexpr int shrinking_plays_max = 600;

std::string differing(const flow::Samples& found, const flow::Samples& expected) {
  std::ostringstream out;
  if (found.times.size() != expected.times.size())
    out << found.times.size() << " rows and not " << expected.times.size() << "; ";
  for (std::size_t i = 0; i < std::min(found.times.size(), expected.times.size()); ++i) {
    const bool is_text = expected.kind == Kind::text && found.kind == Kind::text;
    if (found.times[i] == expected.times[i] && found.qualities[i] == expected.qualities[i] &&
        (is_text ? found.texts[i] == expected.texts[i] : found.values[i] == expected.values[i]))
      continue;
    out << "row " << i << " at " << nanoseconds(found.times[i]) << " is "
        << as_number(found.kind, found.values[i]) << "/" << std::hex << found.qualities[i].code
        << std::dec << " and not " << nanoseconds(expected.times[i]) << " "
        << as_number(expected.kind, expected.values[i]) << "/" << std::hex
        << expected.qualities[i].code << std::dec;
    if (is_text) out << ": '" << found.texts[i] << "' and not '" << expected.texts[i] << "'";
    return out.str();
  }
  if (found.kind != expected.kind && !expected.times.empty())
    out << "kind " << static_cast<int>(found.kind) << " and not " << static_cast<int>(expected.kind)
        << "; ";
  if (found.has_more != expected.has_more) out << "has_more is " << found.has_more;
  return out.str();
}

bool is_equal_number(double found, double expected) {
  return found == expected || (std::isnan(found) && std::isnan(expected));
}

std::string differing(const flow::Buckets& found, const std::vector<PlainHistory::Bucket>& all) {
  std::ostringstream out;
  if (found.count.size() != all.size()) return "another number of buckets";
  for (std::size_t i = 0; i < all.size(); ++i) {
    const PlainHistory::Bucket& one = all[i];
    const bool has_numbers = one.numbers > 0;
    const double mean =
        has_numbers ? static_cast<double>(one.sum / static_cast<long double>(one.numbers)) : NAN;
    const double error = static_cast<double>(one.magnitude) * 1e-12;
    const bool is_same =
        found.count[i] == one.count && found.bad[i] == one.bad &&
        is_equal_number(found.min[i], has_numbers ? one.min : NAN) &&
        is_equal_number(found.max[i], has_numbers ? one.max : NAN) &&
        (is_equal_number(found.mean[i], mean) || std::abs(found.mean[i] - mean) <= error);
    if (is_same) continue;
    out << "bucket " << i << " has " << found.count[i] << " good and " << found.bad[i] << " bad, "
        << found.min[i] << " … " << found.max[i] << ", mean " << found.mean[i] << " and not "
        << one.count << ", " << one.bad << ", " << one.min << " … " << one.max << ", " << mean;
    return out.str();
  }
  return {};
}

// A real history, and the plain one beside it.
class Player {
 public:
  Player(const RandomHistory& random, const TestFolder& folder) : random_(random), folder_(folder) {
    folder_.make_empty();
  }

  // What was wrong first; empty when all is as it should be.
  std::string play(const std::vector<Operation>& operations) {
    std::string wrong = open();
    for (std::size_t i = 0; i < operations.size() && wrong.empty(); ++i) {
      wrong = step(operations, i);
      if (!wrong.empty()) wrong.insert(0, "operation " + std::to_string(i + 1) + ": ");
    }
    for (int round = 0; round < 2 && wrong.empty(); ++round) {
      wrong = compare_all();
      if (!wrong.empty()) wrong.insert(0, "at the end: ");
      if (wrong.empty() && round == 0) wrong = store({operations.size()});
    }
    return wrong;
  }

 private:
  using What = Operation::What;

  std::string open() {
    auto opened = keep::History::open(folder_.path(), random_.settings);
    if (!opened) return "open: " + opened.error().what;
    history_ = std::move(opened).value();
    for (std::uint32_t tag = 0; tag < random_.groups.size(); ++tag) {
      if (!random_.groups[tag].empty()) history_->set_group({tag}, random_.groups[tag]);
    }
    return {};
  }

  std::string step(const std::vector<Operation>& operations, std::size_t place) {
    const Operation& operation = operations[place];
    const Sequence up_to{place + 1};
    switch (operation.what) {
      case What::hear:
        hear(operation, up_to);
        for (const auto& [tag, row] : operation.rows)
          plain_.hear(tag, row);
        return {};
      case What::settle:
        history_->settle(up_to);
        return {};
      case What::settle_all:
        history_->settle_all(up_to);
        return {};
      case What::store:
        return store(up_to);
      case What::finish:
        history_->finish(store_wait);
        if (history_->figures().rows_waiting > 0) return "finish() did not store all";
        history_->settle(up_to);
        return reopen(operations, place);
      case What::reopen:
        history_->settle(up_to);
        return reopen(operations, place);
      case What::read:
        return compare(operation);
    }
    return {};
  }

  void hear(const Operation& operation, Sequence input) {
    Readings readings;
    for (const auto& [tag, row] : operation.rows) {
      if (row.kind == Kind::text) {
        readings.add_text(tag, row.at, row.text, row.quality);
      } else {
        readings.add(tag, row.kind, row.at, row.value, row.quality);
      }
    }
    history_->hear(input, operation.learned, readings);
  }

  std::string store(Sequence up_to) {
    history_->settle_all(up_to);
    const auto end = std::chrono::steady_clock::now() + store_wait;
    while (history_->figures().rows_waiting > 0) {
      if (std::chrono::steady_clock::now() > end)
        return "it is not stored: " + history_->figures().trouble;
      std::this_thread::yield();
    }
    history_->settle(up_to);
    return history_->needs() == up_to ? "" : "all is stored and inputs are needed still";
  }

  // As the line does: last values from the snapshot, inputs from the journal.
  std::string reopen(const std::vector<Operation>& operations, std::size_t place) {
    const std::uint64_t needs = history_->needs().value;
    const std::uint64_t after = needs - needs * operations[place].replay_percent / 100;
    std::vector<std::optional<flow::LastValue>> last;
    for (std::uint32_t tag = 0; tag < random_.groups.size(); ++tag)
      last.push_back(history_->last({tag}));
    history_.reset();
    if (std::string wrong = open(); !wrong.empty()) return wrong;
    for (std::uint32_t tag = 0; tag < last.size(); ++tag) {
      if (last[tag]) history_->set_last({tag}, *last[tag]);
    }
    for (std::size_t i = after; i < place; ++i) {
      if (operations[i].what == What::hear) hear(operations[i], {i + 1});
    }
    return {};
  }

  std::string compare(const Operation& read) const {
    const auto samples = history_->raw(read.tag, read.from, read.to, read.count);
    if (!samples) return "raw: " + samples.error().what;
    std::string wrong = differing(*samples, plain_.raw(read.tag, read.from, read.to, read.count));
    if (!wrong.empty()) return "raw: " + wrong;
    if (read.from >= read.to) return {};
    const auto buckets = history_->buckets(read.tag, read.from, read.to, read.count);
    if (!buckets) return "buckets: " + buckets.error().what;
    wrong = differing(*buckets, plain_.buckets(read.tag, read.from, read.to, read.count));
    return wrong.empty() ? wrong : "buckets: " + wrong;
  }

  std::string compare_all() const {
    for (std::uint32_t tag = 0; tag < random_.groups.size(); ++tag) {
      Operation read;
      read.tag = {tag};
      read.from = Instant::min();
      read.to = Instant::max();
      for (const std::size_t count : {std::size_t{20'000}, std::size_t{7}}) {
        read.count = count;
        if (std::string wrong = compare(read); !wrong.empty())
          return "tag" + std::to_string(tag) + ": " + wrong;
      }
      if (std::string wrong = compare_last({tag}); !wrong.empty())
        return "tag" + std::to_string(tag) + ": " + wrong;
    }
    return {};
  }
  std::string compare_last(TagId tag) const {
    const Row* const expected = plain_.last(tag);
    const auto found = history_->last(tag);
    if (found.has_value() != (expected != nullptr))
      return "there is no last value, or one too many";
    if (!found) return {};
    const bool is_same = found->kind == expected->kind && found->happened == expected->at &&
                         found->quality == expected->quality && found->text == expected->text &&
                         found->value == expected->value;
    return is_same ? "" : "another last value, of " + std::to_string(nanoseconds(found->happened));
  }

  const RandomHistory& random_;
  const TestFolder& folder_;
  std::unique_ptr<keep::History> history_;
  PlainHistory plain_;
};

// The shortest list that is still wrong, as far as leaving out goes.
class Shrinking {
 public:
  Shrinking(const RandomHistory& random, const TestFolder& folder)
      : random_(random), folder_(folder), best_(random.operations) {}

  const std::vector<Operation>& shrunk() {
    for (std::size_t size = best_.size(); size > 0; size /= 2) {
      for (std::size_t at = 0; at < best_.size();) {
        std::vector<Operation> shorter = best_;
        const auto begin = shorter.begin() + static_cast<std::ptrdiff_t>(at);
        shorter.erase(begin,
                      begin + static_cast<std::ptrdiff_t>(std::min(size, shorter.size() - at)));
        if (!take(std::move(shorter))) at += size;
      }
    }
    for (std::size_t i = 0; i < best_.size(); ++i)
      shrink_rows(i);
    return best_;
  }

 private:
  void shrink_rows(std::size_t place) {
    for (std::size_t size = best_[place].rows.size(); size > 0; size /= 2) {
      for (std::size_t at = 0; at < best_[place].rows.size();) {
        std::vector<Operation> shorter = best_;
        auto& rows = shorter[place].rows;
        const auto begin = rows.begin() + static_cast<std::ptrdiff_t>(at);
        rows.erase(begin, begin + static_cast<std::ptrdiff_t>(std::min(size, rows.size() - at)));
        if (!take(std::move(shorter))) at += size;
      }
    }
  }
  bool take(std::vector<Operation>&& shorter) {
    if (plays_ >= shrinking_plays_max) return false;
    ++plays_;
    if (Player(random_, folder_).play(shorter).empty()) return false;
    best_ = std::move(shorter);
    return true;
  }

  const RandomHistory& random_;
  const TestFolder& folder_;
  std::vector<Operation> best_;
  int plays_ = 0;
};

TEST(HistoryModel, WhateverIsHeardAndWhateverHappensReadsAreThoseOfAPlainMap) {
  log::set_level(log::Level::error);
  const TestFolder folder("model");
  const std::uint64_t first = first_seed(), count = rounds(60);
  const std::uint64_t wrong_max = number_from("MILLWRIGHT_FAILURES", 1);
  std::uint64_t wrong_histories = 0;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const RandomHistory random = history_of(seed);
    const std::string wrong = Player(random, folder).play(random.operations);
    if (wrong.empty()) continue;
    const std::vector<Operation> shrunk = Shrinking(random, folder).shrunk();
    ADD_FAILURE() << "MILLWRIGHT_SEED=" << seed << ": " << wrong
                  << "\nshrunk: " << Player(random, folder).play(shrunk) << "\n"
                  << text_of(shrunk);
    if (++wrong_histories >= wrong_max) break;
  }
}

}  // namespace
}  // namespace millwright::faults
