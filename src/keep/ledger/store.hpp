#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/files.hpp"
#include "keep/ledger/frames.hpp"
#include "keep/ledger/record.hpp"
#include "keep/ledger/tiles.hpp"
#include "math/merkle/checkpoint.hpp"

namespace millwright::keep {

struct StoreSettings {
  std::uint64_t file_records = 65'536;  // a multiple of 256: then a file of records is full,
  std::size_t file_bytes = std::size_t{64} << 20U;  // or at this size, at the next such multiple
};

// Records, tiles and checkpoints in a folder (docs/formats/ledger.md). Writing: one thread; what is
// const: any.
class Store {
 public:
  // Reads the last file of records, makes its tiles again, and compares with the newest checkpoint.
  // `origin` names the log in its key, when there is none yet.
  // Errors: corrupt, with file and place; those of the disk.
  static Result<std::unique_ptr<Store>> open(Files& files, const std::string& folder,
                                             const std::string& origin,
                                             const StoreSettings& settings = {});

  // Adds a record to the open group. Errors: those of commit(), when it fills a file.
  Outcome append(const Record& record);
  // Puts the open group on stable storage. After an error the group is gone, and nothing more is
  // taken until reopen().
  Outcome commit();
  Outcome reopen();
  // Signs what is on stable storage, when that is more than was signed before.
  Outcome sign();
  // Takes a witness's cosignature of a checkpoint. `note`: the checkpoint with the line of the
  // witness. Answers the checkpoint with both signatures. Errors: refused (a checkpoint of another
  // log or history, or no line of a known witness), corrupt (no note, or a false signature).
  Result<std::string> cosign(std::string_view note, std::span<const math::VerifierKey> witnesses);

  bool is_broken() const { return is_broken_; }
  const math::VerifierKey& key() const { return signer_->key(); }
  std::uint64_t size() const;  // records on stable storage
  FactId last() const;         // of the last of them; 0 when there is none
  struct Signed {
    std::uint64_t size = 0;
    std::string note;  // empty: nothing was signed yet
  };
  Signed newest() const;
  // The newest checkpoint that each witness signed.
  std::vector<std::string> cosigned() const;

  // Errors: not_found, beyond the last; corrupt, with the file.
  Result<Record> read(std::uint64_t number) const;
  // At most 256 records from `first` on, within one bundle.
  Result<std::vector<Record>> read_bundle(std::uint64_t first) const;
  // The first record whose id is not below this one; size() when there is none.
  Result<std::uint64_t> find(FactId id) const;
  // Hashes of a tile. Shape: its width is at most what the tree has. Errors: not_found, corrupt.
  Result<std::vector<math::Hash>> tile(const math::Tile& tile) const;
  math::ReadNode nodes(std::uint64_t tree_size) const;

 private:
  struct Part {
    std::uint64_t first = 0;
    std::optional<frames::Index> index;  // of a full file, once it was needed
  };
  Store(Files& files, std::string folder, const StoreSettings& settings);
  std::string path(const std::string& name) const { return folder_ + "/" + name; }
  Outcome take_key(const std::string& origin);
  Outcome make_key(const std::string& path, const std::string& origin);
  Outcome read_folder();
  Outcome read_names(std::vector<std::uint64_t>& firsts);
  Outcome read_last();
  Outcome cut(const std::string& name, std::size_t size_on_disk);
  Outcome check_signed();
  Outcome read_cosigned();
  Outcome add_file();
  Outcome turn_over();
  Outcome finish_file();
  Outcome write_group();
  Outcome note_record(const frames::Frame& frame, std::size_t at);
  Result<frames::Index> index_of(const Part& part) const;
  Result<Bytes> bundle_bytes(std::uint64_t first) const;

  Files& files_;
  const std::string folder_;
  const StoreSettings settings_;
  std::optional<math::Signer> signer_;
  bool is_broken_ = false;

  OpenFile file_;
  std::uint64_t end_ = 0;  // of the last file
  bool is_full_ = false;   // the last file has its index
  Bytes group_;
  std::vector<math::Hash> group_leaves_;
  std::vector<std::uint64_t> group_places_;  // of each 256th record in it
  FactId group_last_;

  mutable std::mutex mutex_;  // of what follows: written by the one thread, read by any
  std::vector<Part> parts_;
  std::vector<std::uint64_t> places_;  // of each 256th record of the last file
  std::unique_ptr<Tiles> tiles_ = std::make_unique<Tiles>(files_, folder_);
  std::uint64_t size_ = 0;
  FactId last_;
  Signed newest_;
  std::map<std::string, std::string> cosigned_;  // by the witness's key
};

inline constexpr std::string_view records_suffix = ".ledger";
inline constexpr const char* key_file = "key";
inline constexpr const char* public_key_file = "key.pub";
inline constexpr const char* checkpoint_file = "checkpoint";
inline constexpr std::string_view cosigned_suffix = ".cosigned";
inline constexpr std::size_t small_file_bytes_max = std::size_t{256} << 10U;

// "00000000000000065536.ledger", and back.
std::string records_name(std::uint64_t first);
std::optional<std::uint64_t> first_of(std::string_view name);

}  // namespace millwright::keep
