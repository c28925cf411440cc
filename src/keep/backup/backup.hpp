#pragma once

#include <array>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "model/describe.hpp"

namespace millwright::keep {

inline constexpr std::size_t backup_files_max = 100'000;
inline constexpr std::size_t manifest_bytes_max = std::size_t{32} << 20U;
inline constexpr std::uint32_t backup_format = 1;

struct BackedUpFile {
  std::string name;
  std::uint64_t bytes = 0;
  std::string sha256;  // 64 hex digits
  static constexpr auto describe() {
    return record("backed_up_file", required("name", &BackedUpFile::name, "", "Name inside."),
                  required("bytes", &BackedUpFile::bytes, "B", "Its size."),
                  required("sha256", &BackedUpFile::sha256, "", "Its digest, in hex."));
  }
};

// What stands in a backup's manifest.json.
struct Manifest {
  std::uint32_t format = backup_format;
  std::string millwright;         // version that wrote it
  std::uint32_t data_format = 1;  // of the data folder
  Instant made{};
  std::uint64_t sequence = 0;  // the last input of the journal that is inside
  std::uint64_t snapshot = 0;  // the input at which the state inside was saved; 0: none
  std::string plant_file;      // where it lay; empty: none is inside
  std::vector<BackedUpFile> files{};
  static constexpr auto describe() {
    return record(
        "manifest", required("format", &Manifest::format, "", "Format of the backup."),
        required("millwright", &Manifest::millwright, "", "Version that wrote it."),
        required("data_format", &Manifest::data_format, "", "Format of the data folder."),
        required("made", &Manifest::made, "", "When."),
        required("sequence", &Manifest::sequence, "", "The last input of the journal inside."),
        required("snapshot", &Manifest::snapshot, "", "The input of the saved state inside."),
        required("plant_file", &Manifest::plant_file, "", "Where the plant file lay."),
        required("files", &Manifest::files, "", "Every file."));
  }
};

// Names inside.
inline constexpr std::string_view backup_data = "data/";
inline constexpr std::string_view backup_plant = "plant.yaml";

// Gives some of a file's bytes into `to`; 0: its end.
using Pull = std::function<Result<std::size_t>(std::span<std::uint8_t> to)>;

// A backup that is being written. When it is destroyed before finish(), nothing is left of it.
// One thread.
class BackupWriter {
 public:
  // Errors: refused, when `target` is there already or cannot be written.
  static Result<BackupWriter> create(const std::filesystem::path& target);
  BackupWriter(BackupWriter&& other) noexcept;
  BackupWriter& operator=(BackupWriter&&) = delete;
  ~BackupWriter();

  struct Entry {
    std::string name;
    std::uint64_t bytes = 0;
    std::uint32_t mode = 0640;
  };
  // Errors: invalid (name), corrupt (`pull` ends before `bytes`), full, what `pull` says.
  Outcome add(const Entry& entry, const Pull& pull);
  Outcome add(const Entry& entry, ByteView bytes);
  std::uint64_t written() const { return written_; }

  // The manifest gets the files that were added. After it the backup is on stable storage under its
  // name. Errors: refused, when somebody else made a file of that name since.
  Result<Manifest> finish(Manifest about);

 private:
  BackupWriter(std::filesystem::path target, int file) : target_(std::move(target)), file_(file) {}
  std::string beside() const;
  Outcome put(ByteView bytes);

  std::filesystem::path target_;
  int file_;
  std::uint64_t written_ = 0;
  std::vector<BackedUpFile> files_;
};

// Where the files of a backup go while it is read.
class BackupSink {
 public:
  virtual ~BackupSink() = default;
  virtual Outcome begin(const std::string& name, std::uint64_t bytes, std::uint32_t mode) = 0;
  virtual Outcome more(ByteView bytes) = 0;
  virtual Outcome end() = 0;
};

// Reads a backup from its first to its last byte and checks all of it. Files are handed to `sink`,
// when there is one, before they are known to be good: look at a backup first without one.
// Errors: corrupt, with the name of the file that was changed; invalid, for a newer format.
Result<Manifest> read_backup(const Pull& pull, BackupSink* sink);

// Bytes of an open file from its present place.
Pull pull_of_file(int file, std::string name);

// SHA-256 (FIPS 180-4) as 64 hex digits.
class Digest {
 public:
  Digest();
  void add(ByteView bytes);
  std::string hex();  // once

 private:
  alignas(64) std::array<std::uint8_t, 128> state_{};  // of the library
};

}  // namespace millwright::keep
