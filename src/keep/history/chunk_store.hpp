#pragma once

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "keep/history/chunk.hpp"
#include "keep/history/sqlite.hpp"

namespace millwright::keep {

// All that was open of a tag at one time: is stored whole or not at all.
struct Handover {
  TagId tag{};
  Sequence last;
  Instant newest;  // the greatest time that was ever handed over for the tag
  std::vector<std::shared_ptr<const Chunk>> chunks{};
};

// Chunks as blobs in an SQLite file. Thread: write() one at a time, the others any.
class ChunkStore {
 public:
  static constexpr std::size_t readers_max = 4;

  static Result<std::unique_ptr<ChunkStore>> open(const std::filesystem::path& file);

  // One transaction, on stable storage when it returns.
  Outcome write(std::span<const Handover> handovers);

  struct Found {
    std::int64_t id;
    Sequence first;
    Instant from, to;  // to: of the last row itself
    Statistics statistics;
  };
  // Chunks with rows in from <= time < to, by the time of their first row.
  Result<std::vector<Found>> find(TagId tag, Instant from, Instant to) const;
  // Errors: corrupt, naming the block.
  Result<Rows> load(std::int64_t id) const;

  struct TagState {
    TagId tag{};
    Sequence stored;  // rows of inputs up to here are in the store
    Instant newest;
  };
  Result<std::vector<TagState>> tag_states() const;

 private:
  // A reader's connection with its statements.
  struct Reading {
    Database database;
    Statement find, load;
  };
  explicit ChunkStore(std::filesystem::path file, Database writer)
      : file_(std::move(file)), writer_(std::move(writer)) {}
  Result<std::unique_ptr<Reading>> borrow() const;
  void give_back(std::unique_ptr<Reading> reading) const;
  Outcome write_chunks(std::span<const Handover> handovers);

  std::filesystem::path file_;
  Database writer_;
  mutable std::mutex mutex_;
  mutable std::condition_variable has_reader_;
  mutable std::vector<std::unique_ptr<Reading>> idle_;
  mutable std::size_t readers_ = 0;
};

}  // namespace millwright::keep
