#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "keep/backup/backup.hpp"
#include "keep/backup/tar.hpp"
#include "model/described_json.hpp"

namespace millwright::keep {
namespace {

constexpr std::size_t piece_bytes = std::size_t{1} << 20U;

Error trouble(const std::string& doing, const std::string& path) {
  const int number = errno;
  std::string what =
      "cannot " + doing + " " + path + ": " + std::generic_category().message(number);
  if (number == ENOSPC) what += ". Make room on that disk, or write the backup to another one";
  return fail(number == ENOSPC ? Code::full : Code::refused, std::move(what));
}

Error taken(const std::filesystem::path& target) {
  return fail(Code::refused, target.string() +
                                 " is there already: name a file that is not, backups are never "
                                 "overwritten");
}

}  // namespace

std::string BackupWriter::beside() const {
  return target_.string() + ".new";
}

Result<BackupWriter> BackupWriter::create(const std::filesystem::path& target) {
  std::error_code ignored;
  if (std::filesystem::exists(std::filesystem::symlink_status(target, ignored)))
    return taken(target);
  BackupWriter writer(target, -1);
  const int file =
      ::open(writer.beside().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0 && errno == EEXIST)
    return fail(Code::refused, writer.beside() +
                                   " is there already: another backup is being written, or one "
                                   "was cut off. Remove it when no other is running");
  if (file < 0) return trouble("write", writer.beside());
  writer.file_ = file;
  return writer;
}

BackupWriter::BackupWriter(BackupWriter&& other) noexcept
    : target_(std::move(other.target_)),
      file_(std::exchange(other.file_, -1)),
      written_(other.written_),
      files_(std::move(other.files_)) {}

BackupWriter::~BackupWriter() {
  if (file_ < 0) return;
  ::close(file_);
  ::unlink(beside().c_str());
}

Outcome BackupWriter::put(ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(file_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return trouble("write", beside());
    written_ += static_cast<std::uint64_t>(count);
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return Done{};
}

Outcome BackupWriter::add(const Entry& entry, const Pull& pull) {
  if (!tar::is_good_name(entry.name) || entry.bytes > tar::file_bytes_max)
    return fail(Code::invalid, "the file '" + entry.name +
                                   "' has a name or a size that a backup cannot hold: take it out "
                                   "of the data folder");
  if (files_.size() >= backup_files_max)
    return fail(Code::full, "a backup holds at most " + std::to_string(backup_files_max) +
                                " files: the data folder has more");
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto time = std::chrono::duration_cast<std::chrono::seconds>(now).count();
  TRY(put(tar::to_block({entry.name, entry.bytes, entry.mode, static_cast<std::uint64_t>(time)})));
  Digest digest;
  Bytes piece(piece_bytes);
  for (std::uint64_t left = entry.bytes; left > 0;) {
    const std::span<std::uint8_t> room(piece.data(), std::min<std::uint64_t>(left, piece.size()));
    const std::size_t count = TRY(pull(room));
    if (count == 0) return fail(Code::corrupt, entry.name + " became shorter while it was read");
    digest.add(room.first(count));
    TRY(put(room.first(count)));
    left -= count;
  }
  TRY(put(ByteView(tar::Block{}).first(tar::filling_of(entry.bytes))));
  files_.push_back({entry.name, entry.bytes, digest.hex()});
  return Done{};
}

Outcome BackupWriter::add(const Entry& entry, ByteView bytes) {
  return add(entry, [&](std::span<std::uint8_t> to) -> Result<std::size_t> {
    const std::size_t count = std::min(to.size(), bytes.size());
    std::copy_n(bytes.begin(), count, to.begin());
    bytes = bytes.subspan(count);
    return count;
  });
}

Result<Manifest> BackupWriter::finish(Manifest about) {
  about.files = files_;
  const std::string text = to_json(about) + "\n";
  TRY(add({"manifest.json", text.size()}, as_bytes(text)));
  const std::string digest = files_.back().sha256 + "  manifest.json\n";
  TRY(add({"manifest.sha256", digest.size()}, as_bytes(digest)));
  TRY(put(tar::Block{}));
  TRY(put(tar::Block{}));
  if (::fsync(file_) != 0) return trouble("sync", beside());
  // link() never replaces a file as rename() does; file systems without it (FAT) get a rename after
  // a look.
  if (::link(beside().c_str(), target_.c_str()) == 0) {
    ::unlink(beside().c_str());
  } else if (errno == EEXIST || ::access(target_.c_str(), F_OK) == 0) {
    return taken(target_);
  } else if (::rename(beside().c_str(), target_.c_str()) != 0) {
    return trouble("rename", beside());
  }
  ::close(std::exchange(file_, -1));
  const std::filesystem::path parent = target_.parent_path();
  const int folder =
      ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder >= 0) {
    ::fsync(folder);  // a file system that cannot do this has nothing better
    ::close(folder);
  }
  return about;
}

}  // namespace millwright::keep
