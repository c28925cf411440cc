// SQLite's system interface (https://www.sqlite.org/vfs.html) over our Files: what SQLite's own for
// Unix does, call by call, without the locks between processes.
#include "memory_vfs.hpp"

#include <fcntl.h>
#include <sqlite3.h>

#include <cstring>
#include <map>
#include <memory>
#include <vector>

namespace millwright::faults {
namespace {

Files* current = nullptr;  // NOLINT: SQLite's vfs is one for the process

// What a file is besides what SQLite sees of it.
struct Inside {
  Files* files;
  OpenFile file;
  std::string path;
  bool has_new_name;  // its folder is to be synced with it
  bool is_temporary;
  std::map<int, std::vector<std::uint64_t>> shared;  // the index of the write-ahead log
};
struct VfsFile {
  sqlite3_file base;
  Inside* inside;
};

Inside& inside_of(sqlite3_file* file) {
  return *reinterpret_cast<VfsFile*>(file)->inside;
}

int close_file(sqlite3_file* file) {
  const std::unique_ptr<Inside> inside(&inside_of(file));
  if (inside->is_temporary) inside->files->unlink(inside->path);
  return SQLITE_OK;
}
int read_file(sqlite3_file* file, void* to, int size, sqlite3_int64 from) {
  const Inside& inside = inside_of(file);
  auto* bytes = static_cast<std::uint8_t*>(to);
  int done = 0;
  while (done < size) {
    const std::int64_t got = inside.files->read(inside.file.number(), bytes + done,
                                                static_cast<std::size_t>(size - done),
                                                static_cast<std::uint64_t>(from + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return SQLITE_IOERR_READ;
    if (got == 0) break;
    done += static_cast<int>(got);
  }
  if (done == size) return SQLITE_OK;
  std::memset(bytes + done, 0, static_cast<std::size_t>(size - done));
  return SQLITE_IOERR_SHORT_READ;
}
int write_file(sqlite3_file* file, const void* from, int size, sqlite3_int64 at) {
  const Inside& inside = inside_of(file);
  const auto written =
      write_whole(*inside.files, inside.file.number(),
                  {static_cast<const std::uint8_t*>(from), static_cast<std::size_t>(size)},
                  static_cast<std::uint64_t>(at));
  if (written) return SQLITE_OK;
  return written.error().code == Code::full ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}
int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  const Inside& inside = inside_of(file);
  const bool is_good =
      inside.files->truncate(inside.file.number(), static_cast<std::uint64_t>(size)) == 0;
  return is_good ? SQLITE_OK : SQLITE_IOERR_TRUNCATE;
}
std::string folder_of(const std::string& path) {
  return path.substr(0, path.rfind('/'));
}
int sync_file(sqlite3_file* file, int) {
  Inside& inside = inside_of(file);
  if (inside.files->sync_data(inside.file.number()) != 0) return SQLITE_IOERR_FSYNC;
  if (inside.has_new_name) static_cast<void>(sync_folder(*inside.files, folder_of(inside.path)));
  inside.has_new_name = false;
  return SQLITE_OK;
}
int size_of_file(sqlite3_file* file, sqlite3_int64* size) {
  const Inside& inside = inside_of(file);
  *size = inside.files->size(inside.file.number());
  return *size < 0 ? SQLITE_IOERR_FSTAT : SQLITE_OK;
}
int lock_file(sqlite3_file*, int) {
  return SQLITE_OK;
}
int check_lock(sqlite3_file*, int* is_locked) {
  *is_locked = 0;
  return SQLITE_OK;
}
int control(sqlite3_file*, int, void*) {
  return SQLITE_NOTFOUND;
}
int sector_size(sqlite3_file*) {
  return 4096;
}
int characteristics(sqlite3_file*) {
  return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}
int map_shared(sqlite3_file* file, int region, int size, int, void volatile** out) {
  auto& room = inside_of(file).shared[region];
  if (room.empty()) room.resize(static_cast<std::size_t>(size) / sizeof(std::uint64_t));
  *out = room.data();
  return SQLITE_OK;
}
int lock_shared(sqlite3_file*, int, int, int) {
  return SQLITE_OK;
}
void barrier(sqlite3_file*) {}
int unmap_shared(sqlite3_file* file, int) {
  inside_of(file).shared.clear();
  return SQLITE_OK;
}

constexpr sqlite3_io_methods methods{
    2,           close_file, read_file,    write_file, truncate_file, sync_file,       size_of_file,
    lock_file,   lock_file,  check_lock,   control,    sector_size,   characteristics, map_shared,
    lock_shared, barrier,    unmap_shared, nullptr,    nullptr};

bool is_there(const std::string& path) {
  const int number = current->open(path, O_RDONLY);
  if (number >= 0) current->close(number);
  return number >= 0;
}

int open_any(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* flags_out) {
  static int temporary = 0;
  const bool is_temporary = name == nullptr;
  const std::string path =
      is_temporary ? "/temporary/" + std::to_string(++temporary) : std::string(name);
  const bool is_new = !is_there(path);
  const bool is_log = (flags & (SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL)) != 0;
  const int number =
      current->open(path, (flags & SQLITE_OPEN_CREATE) != 0 ? O_RDWR | O_CREAT : O_RDWR);
  file->pMethods = nullptr;
  if (number < 0) return SQLITE_CANTOPEN;
  reinterpret_cast<VfsFile*>(file)->inside =
      new Inside{current, OpenFile(*current, number), path, is_new && is_log, is_temporary, {}};
  file->pMethods = &methods;
  if (flags_out != nullptr) *flags_out = flags;
  return SQLITE_OK;
}
int remove_any(sqlite3_vfs*, const char* name, int syncs_folder) {
  if (!is_there(name)) return SQLITE_IOERR_DELETE_NOENT;
  if (current->unlink(name) != 0) return SQLITE_IOERR_DELETE;
  if (syncs_folder != 0 && !sync_folder(*current, folder_of(name))) return SQLITE_IOERR_DIR_FSYNC;
  return SQLITE_OK;
}
int look(sqlite3_vfs*, const char* name, int, int* is_found) {
  *is_found = is_there(name) ? 1 : 0;
  return SQLITE_OK;
}
int full_path(sqlite3_vfs*, const char* name, int room, char* out) {
  sqlite3_snprintf(room, out, "%s", name);
  return SQLITE_OK;
}

sqlite3_vfs& vfs() {
  static sqlite3_vfs made = [] {
    sqlite3_vfs out = *sqlite3_vfs_find(nullptr);  // clock and noise are those of the system
    out.iVersion = 1;
    out.szOsFile = sizeof(VfsFile);
    out.pNext = nullptr;
    out.zName = "simulated";
    out.xOpen = open_any;
    out.xDelete = remove_any;
    out.xAccess = look;
    out.xFullPathname = full_path;
    return out;
  }();
  return made;
}

}  // namespace

SqliteOn::SqliteOn(Files& files) : before_(current) {
  current = &files;
  if (before_ == nullptr) sqlite3_vfs_register(&vfs(), 1);
}
SqliteOn::~SqliteOn() {
  current = before_;
  if (before_ == nullptr) sqlite3_vfs_unregister(&vfs());
}

}  // namespace millwright::faults
