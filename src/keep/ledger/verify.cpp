#include "keep/ledger/verify.hpp"

#include <fcntl.h>

#include <algorithm>
#include <map>

#include "keep/ledger/store.hpp"

namespace millwright::keep {
namespace {

Result<std::string> read_text(Files& files, const std::string& path) {
  const Bytes bytes = TRY(read_whole(files, path, small_file_bytes_max));
  return std::string(bytes.begin(), bytes.end());
}

// A checkpoint whose root is to be met on the way through the records.
struct Expected {
  std::string name;
  math::TreeHead tree;
  enum class From : std::uint8_t { newest, trusted, witness } from;
};

class Verifier {
 public:
  Verifier(Files& files, std::string folder, const Audit& audit, const AuditProgress& progress)
      : files_(files), folder_(std::move(folder)), audit_(audit), progress_(progress) {}

  Result<AuditReport> run() {
    std::vector<std::string> names;
    if (files_.list(folder_, names) != 0) return file_trouble("list", folder_);
    std::sort(names.begin(), names.end());
    if (take_key()) take_checkpoints(names);
    std::vector<std::uint64_t> firsts;
    for (const std::string& name : names) {
      if (const auto first = first_of(name)) firsts.push_back(*first);
    }
    for (const std::uint64_t first : firsts)
      all_bytes_ += size_of(records_name(first));
    for (const std::uint64_t first : firsts) {
      const bool is_last = first == firsts.back();
      if (!take_file(first, is_last)) break;
    }
    check_tiles(firsts.empty() ? 0 : firsts.back());
    finish();
    return std::move(report_);
  }

 private:
  std::string path(const std::string& name) const { return folder_ + "/" + name; }
  void problem(std::string what) {
    if (report_.problems.size() < AuditReport::problems_max)
      report_.problems.push_back(std::move(what));
  }
  std::uint64_t size_of(const std::string& name) {
    const auto file = open_file(files_, path(name), O_RDONLY);
    if (!file) return 0;
    return static_cast<std::uint64_t>(std::max<std::int64_t>(files_.size(file->number()), 0));
  }

  bool take_key() {
    key_ = audit_.key;
    report_.is_key_given = key_.has_value();
    if (!key_) {
      const auto text = read_text(files_, path(public_key_file));
      const auto own = text ? math::read_verifier_key(text->substr(0, text->find('\n')))
                            : Result<math::VerifierKey>(text.error());
      if (!own)
        return problem(path(public_key_file) + ": " + own.error().what +
                       ". Give the key with --key"),
               false;
      key_ = *own;
    }
    report_.key = math::to_text(*key_);
    report_.origin = key_->name;
    return true;
  }

  // Every checkpoint tells a size and a root; they are compared when so many records were read.
  void take_checkpoints(const std::vector<std::string>& names) {
    const auto newest = read_text(files_, path(checkpoint_file));
    if (newest) take_checkpoint(path(checkpoint_file), *newest, Expected::From::newest);
    for (std::size_t i = 0; i < audit_.trusted.size(); ++i)
      take_checkpoint("checkpoint " + std::to_string(i + 1) + " that was brought",
                      audit_.trusted[i], Expected::From::trusted);
    for (const std::string& name : names) {
      if (!name.ends_with(cosigned_suffix)) continue;
      const auto note = read_text(files_, path(name));
      if (note) take_checkpoint(path(name), *note, Expected::From::witness);
    }
  }

  void take_checkpoint(const std::string& name, const std::string& note, Expected::From from) {
    const auto opened = math::open_checkpoint(note, *key_, audit_.witnesses);
    if (!opened) return problem(name + ": " + opened.error().what);
    report_.cosigned += opened->witnesses.size();
    expected_.push_back({name, opened->checkpoint.tree, from});
    if (from != Expected::From::newest) return;
    report_.signed_records = opened->checkpoint.tree.size;
    report_.root = math::to_base64(opened->checkpoint.tree.root);
  }

  // False: what comes after cannot be read.
  bool take_file(std::uint64_t first, bool is_last) {
    const std::string name = path(records_name(first));
    if (first != report_.records)
      return problem(name + " begins with record " + std::to_string(first) + ", and record " +
                     std::to_string(report_.records) + " is expected: records are missing"),
             false;
    const auto bytes = read_whole(files_, name, frames::file_bytes_max);
    if (!bytes) return problem(bytes.error().what), false;
    if (const Outcome head = frames::check_header(*bytes, first, name); !head)
      return problem(head.error().what), false;
    std::size_t at = frames::header_size;
    std::vector<std::uint64_t> places;
    while (const auto frame = frames::frame_at(*bytes, at)) {
      if (frame->number != report_.records) break;
      if ((frame->number - first) % frames::bundle_records == 0) places.push_back(at);
      take_record(*frame);
      at = frame->end;
      if (frame->number % frames::bundle_records == 0 && progress_)
        progress_(done_bytes_ + at, all_bytes_);
    }
    done_bytes_ += bytes->size();
    return check_end(name, ByteView(*bytes).subspan(std::min(at, bytes->size())), at,
                     {report_.records - first, places}, is_last);
  }

  // A full file ends in its index. The last one may end in a write that never finished.
  bool check_end(const std::string& name, ByteView rest, std::size_t at,
                 const frames::Index& expected, bool is_last) {
    const auto index = frames::index_of(rest);
    if (index && index->records == expected.records && index->places == expected.places &&
        rest.size() == frames::index_size(expected.records))
      return true;
    const std::string place = name + " at byte " + std::to_string(at);
    if (!is_last)
      return problem(place + ": record " + std::to_string(report_.records) + " does not check"),
             false;
    // Behind bytes that do not check, no whole record can stand: each was on the disk before the
    // next.
    for (std::size_t after = 8; after < rest.size(); after += 8) {
      const auto later = frames::frame_at(rest, after);
      if (!later || later->number <= report_.records) continue;
      return problem(place + ": record " + std::to_string(report_.records) +
                     " does not check, and record " + std::to_string(later->number) +
                     " behind it does"),
             false;
    }
    report_.unfinished_bytes = rest.size();
    return true;
  }

  void take_record(const frames::Frame& frame) {
    const std::string place = "record " + std::to_string(report_.records);
    const auto record = read_record(frame.leaf, frame.attached);
    if (!record) {
      problem(place + ": " + record.error().what);
    } else {
      if (report_.records > 0 && record->id.value <= last_.value)
        problem(place + ": its number in the line is not after that of the record before");
      if (report_.to && record->learned < *report_.to)
        problem(place + ": it was learned before the record before it");
      last_ = record->id;
      if (!report_.from) report_.from = record->learned;
      report_.to = record->learned;
    }
    const math::Hash leaf = math::leaf_hash(frame.leaf);
    frontier_.add(leaf);
    ++report_.records;
    take_tile_hash(leaf);
    compare_roots();
  }

  // The same tiles from the records, level by level.
  void take_tile_hash(math::Hash hash) {
    for (unsigned level = 0;; ++level) {
      if (tiles_.size() == level) tiles_.emplace_back();
      std::vector<math::Hash>& tile = tiles_[level];
      tile.push_back(hash);
      if (tile.size() < math::tile_width) return;
      const std::uint64_t index = (report_.records >> ((level + 1) * math::tile_height)) - 1;
      const auto stored = read_tile(files_, folder_, level, index);
      if (stored && *stored == tile) {
        ++report_.tiles;
      } else {
        bad_tiles_.push_back({report_.records, math::tile_path({level, index})});
      }
      hash = math::hash_in_tile(tile, math::tile_height, 0);
      tile.clear();
    }
  }

  void compare_roots() {
    for (auto& expected : expected_) {
      if (expected.tree.size != report_.records) continue;
      if (expected.tree.root != frontier_.root())
        problem("the first " + std::to_string(report_.records) +
                " records are not those that were signed: " + expected.name + " has another root");
      else if (expected.from == Expected::From::trusted)
        ++report_.trusted;
    }
  }

  // Tiles of the last file are made again at the next start; those of full files were kept before
  // their index was.
  void check_tiles(std::uint64_t last_first) {
    for (const BadTile& tile : bad_tiles_) {
      if (tile.records <= last_first) {
        problem(path(tile.path) + " is missing, or not what the records say");
      } else {
        ++report_.tiles_to_make;
      }
    }
  }

  void finish() {
    for (const Expected& expected : expected_) {
      if (expected.tree.size > report_.records)
        problem("the ledger holds " + std::to_string(report_.records) + " records, and " +
                expected.name + " was signed over " + std::to_string(expected.tree.size));
      if (expected.from == Expected::From::trusted && expected.tree.size > report_.signed_records &&
          expected.tree.size <= report_.records)
        problem(path(checkpoint_file) + " is older than " + expected.name);
    }
    const bool has_newest = std::any_of(expected_.begin(), expected_.end(), [](const Expected& e) {
      return e.from == Expected::From::newest;
    });
    if (report_.records > 0 && !has_newest && key_)
      problem("no checkpoint in " + folder_ + " is signed by the key " + math::to_text(*key_) +
              ": nothing shows that these records are the plant's");
  }

  Files& files_;
  const std::string folder_;
  const Audit& audit_;
  const AuditProgress& progress_;
  AuditReport report_;
  std::optional<math::VerifierKey> key_;
  std::vector<Expected> expected_;
  math::Frontier frontier_;
  std::vector<std::vector<math::Hash>> tiles_;  // growing, by level
  struct BadTile {
    std::uint64_t records;  // when it was full
    std::string path;
  };
  std::vector<BadTile> bad_tiles_;
  std::uint64_t done_bytes_ = 0, all_bytes_ = 0;
  FactId last_;
};

}  // namespace

Result<AuditReport> verify_ledger(Files& files, const std::string& folder, const Audit& audit,
                                  const AuditProgress& progress) {
  return Verifier(files, folder, audit, progress).run();
}

}  // namespace millwright::keep
