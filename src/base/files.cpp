#include "base/files.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace millwright {

int Files::open(const std::string& path, int flags) {
  return ::open(path.c_str(), flags | O_CLOEXEC, 0640);
}
int Files::open_secret(const std::string& path, int flags) {
  return ::open(path.c_str(), flags | O_CLOEXEC, 0600);
}
int Files::close(int file) {
  return ::close(file);
}
std::int64_t Files::read(int file, std::uint8_t* to, std::size_t size, std::uint64_t from) {
  return ::pread(file, to, size, static_cast<off_t>(from));
}
std::int64_t Files::write(int file, ByteView bytes, std::uint64_t at) {
  return ::pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(at));
}
std::int64_t Files::size(int file) {
  struct stat about {};
  return ::fstat(file, &about) == 0 ? about.st_size : -1;
}
int Files::allocate(int file, std::uint64_t size) {
  const int trouble_number = ::posix_fallocate(file, 0, static_cast<off_t>(size));
  if (trouble_number == 0) return 0;
  errno = trouble_number;
  return -1;
}
int Files::truncate(int file, std::uint64_t size) {
  return ::ftruncate(file, static_cast<off_t>(size));
}
int Files::sync_data(int file) {
  return ::fdatasync(file);
}
int Files::sync(int file) {
  return ::fsync(file);
}
void Files::forget_cache(int file) {
  // Only advice: a system that keeps the pages answers from them.
  static_cast<void>(::posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED));
}
int Files::lock(int file) {
  return ::flock(file, LOCK_EX | LOCK_NB);
}
const std::uint8_t* Files::map(int file, std::uint64_t size) {
  void* const at = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file, 0);
  return at == MAP_FAILED ? nullptr : static_cast<const std::uint8_t*>(at);
}
void Files::unmap(const std::uint8_t* at, std::uint64_t size) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): the system's form
  ::munmap(const_cast<std::uint8_t*>(at), size);
}
int Files::rename(const std::string& from, const std::string& to) {
  return ::rename(from.c_str(), to.c_str());
}
int Files::unlink(const std::string& path) {
  return ::unlink(path.c_str());
}
int Files::make_folder(const std::string& path) {
  for (std::size_t slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
    const std::string part = path.substr(0, slash);
    if (::mkdir(part.c_str(), 0750) != 0 && errno != EEXIST) return -1;
    if (slash == std::string::npos) return 0;
  }
}
int Files::list(const std::string& folder, std::vector<std::string>& names) {
  DIR* const open_folder = ::opendir(folder.c_str());
  if (open_folder == nullptr) return -1;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): the stream is ours alone.
  while (const dirent* const entry = ::readdir(open_folder))
    names.emplace_back(entry->d_name);
  return ::closedir(open_folder);
}

Error file_trouble(const std::string& doing, const std::string& path) {
  const int number = errno;
  const bool is_full = number == ENOSPC || number == EDQUOT || number == EFBIG;
  std::string what =
      "cannot " + doing + " " + path + ": " + std::generic_category().message(number);
  if (is_full) what += ". Make room on that disk";
  if (number == EACCES || number == EPERM)
    what += ". Let the user that runs millwright write there";
  return fail(is_full ? Code::full : Code::offline, std::move(what));
}

Result<OpenFile> open_file(Files& files, const std::string& path, int flags) {
  const int number = files.open(path, flags);
  if (number < 0) return file_trouble("open", path);
  return OpenFile(files, number);
}

Result<Bytes> read_whole(Files& files, const std::string& path, std::size_t bytes_max) {
  const OpenFile file = TRY(open_file(files, path, O_RDONLY));
  return read_whole(files, file, path, bytes_max);
}

Result<Bytes> read_whole(Files& files, const OpenFile& file, const std::string& path,
                         std::size_t bytes_max) {
  const std::int64_t size = files.size(file.number());
  if (size < 0) return file_trouble("read", path);
  if (static_cast<std::uint64_t>(size) > bytes_max)
    return fail(Code::corrupt, path + " has " + std::to_string(size) + " bytes, at most " +
                                   std::to_string(bytes_max) + " are expected");
  Bytes bytes(static_cast<std::size_t>(size));
  std::size_t done = 0;
  while (done < bytes.size()) {
    const std::int64_t got =
        files.read(file.number(), bytes.data() + done, bytes.size() - done, done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return file_trouble("read", path);
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  bytes.resize(done);
  return bytes;
}

Outcome read_at(Files& files, int file, std::uint64_t from, std::span<std::uint8_t> to) {
  while (!to.empty()) {
    const std::int64_t got = files.read(file, to.data(), to.size(), from);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return file_trouble("read", "the file");
    if (got == 0) return fail(Code::corrupt, "the file ends too early");
    to = to.subspan(static_cast<std::size_t>(got));
    from += static_cast<std::uint64_t>(got);
  }
  return Done{};
}

Outcome write_whole(Files& files, int file, ByteView bytes, std::uint64_t at) {
  while (!bytes.empty()) {
    const std::int64_t put = files.write(file, bytes, at);
    if (put < 0 && errno == EINTR) continue;
    if (put == 0) errno = ENOSPC;
    if (put <= 0) return file_trouble("write", "the file");
    bytes = bytes.subspan(static_cast<std::size_t>(put));
    at += static_cast<std::uint64_t>(put);
  }
  return Done{};
}

Outcome sync_folder(Files& files, const std::string& folder) {
  const OpenFile open_folder = TRY(open_file(files, folder, O_RDONLY | O_DIRECTORY));
  if (files.sync(open_folder.number()) != 0) return file_trouble("sync the folder", folder);
  return Done{};
}

namespace {

Result<OpenFile> write_beside(Files& files, const std::string& path, ByteView bytes,
                              std::uint64_t room) {
  OpenFile file = TRY(open_file(files, path, O_RDWR | O_CREAT | O_TRUNC));
  if (room > 0 && files.allocate(file.number(), room) != 0) return file_trouble("set aside", path);
  if (const Outcome written = write_whole(files, file.number(), bytes, 0); !written)
    return fail(written.error().code, path + ": " + written.error().what);
  if (files.sync(file.number()) != 0) return file_trouble("sync", path);
  return file;
}

Error unknown(Error why) {
  why.code = Code::offline;
  return why;
}

}  // namespace

Result<OpenFile> put_file(Files& files, const std::string& folder, const std::string& name,
                          ByteView bytes, std::uint64_t room) {
  const std::string path = folder + "/" + name;
  const std::string beside = path + std::string(unfinished_suffix);
  Result<OpenFile> file = write_beside(files, beside, bytes, room);
  if (!file) {
    files.unlink(beside);
    return file;
  }
  // From here on the name may stand or not: never `full`, which says that nothing happened.
  if (files.rename(beside, path) != 0) return unknown(file_trouble("rename", beside));
  if (Outcome synced = sync_folder(files, folder); !synced)
    return unknown(std::move(synced).error());
  return file;
}

}  // namespace millwright
