#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.hpp"

namespace millwright {

// The calls of the operating system that the journal makes, so that tests can make each of them
// fail, or end the power at it. Each answers as the call itself does: -1 and errno. Thread: as the
// calls.
class Files {
 public:
  virtual ~Files() = default;
  virtual int open(const std::string& path, int flags);         // created with mode 0640
  virtual int open_secret(const std::string& path, int flags);  // created with mode 0600
  virtual int close(int file);
  virtual std::int64_t read(int file, std::uint8_t* to, std::size_t size, std::uint64_t from);
  virtual std::int64_t write(int file, ByteView bytes, std::uint64_t at);
  virtual std::int64_t size(int file);
  virtual int allocate(int file, std::uint64_t size);  // room on the disk, filled with zeros
  virtual int truncate(int file, std::uint64_t size);
  virtual int sync_data(int file);      // fdatasync
  virtual int sync(int file);           // fsync
  virtual void forget_cache(int file);  // the next read comes from the disk
  virtual int lock(int file);           // exclusive, without waiting; ends with close
  // The first `size` bytes of a file that does not change any more; null when that cannot be, and
  // it has to be read. Stands after close and unlink, until unmap.
  virtual const std::uint8_t* map(int file, std::uint64_t size);
  virtual void unmap(const std::uint8_t* at, std::uint64_t size);
  virtual int rename(const std::string& from, const std::string& to);
  virtual int unlink(const std::string& path);
  virtual int make_folder(const std::string& path);
  virtual int list(const std::string& folder, std::vector<std::string>& names);
};

// A file that closes itself.
class OpenFile {
 public:
  OpenFile() = default;
  OpenFile(Files& files, int number) : files_(&files), number_(number) {}
  OpenFile(OpenFile&& other) noexcept : files_(other.files_), number_(other.number_) {
    other.number_ = -1;
  }
  OpenFile& operator=(OpenFile&& other) noexcept {
    std::swap(files_, other.files_);
    std::swap(number_, other.number_);
    return *this;
  }
  ~OpenFile() {
    if (number_ >= 0) files_->close(number_);
  }
  int number() const { return number_; }
  bool is_open() const { return number_ >= 0; }

 private:
  Files* files_ = nullptr;
  int number_ = -1;
};

// What errno says about a path, as an error for a person. No room is Code::full, else offline.
Error file_trouble(const std::string& doing, const std::string& path);

Result<OpenFile> open_file(Files& files, const std::string& path, int flags);
Result<Bytes> read_whole(Files& files, const std::string& path, std::size_t bytes_max);
// Bytes of a place that must be there. Errors: corrupt, when the file ends before.
Outcome read_at(Files& files, int file, std::uint64_t from, std::span<std::uint8_t> to);
// Of a file that is open, whether its name still stands or not.
Result<Bytes> read_whole(Files& files, const OpenFile& file, const std::string& path,
                         std::size_t bytes_max);
// Goes on after short writes and interruptions.
Outcome write_whole(Files& files, int file, ByteView bytes, std::uint64_t at);
// Makes creations, renames and unlinks in the folder durable.
Outcome sync_folder(Files& files, const std::string& folder);

// A file that is there whole or not at all: written beside, synced, renamed, folder synced. `room`
// bytes are set aside for it (0: as many as `bytes`). Errors: full, when there is no such file
// then; offline, when it is not known whether the name stands.
Result<OpenFile> put_file(Files& files, const std::string& folder, const std::string& name,
                          ByteView bytes, std::uint64_t room);

inline constexpr std::string_view unfinished_suffix = ".new";

}  // namespace millwright
