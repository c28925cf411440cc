#pragma once

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "base/files.hpp"

namespace millwright {

// A disk in memory that forgets, when the power ends, what was not synced: of each file any
// 512-byte sector may be as it was synced, as it is, or as any write left it in between; of the
// names any number of the last changes may be missing. For tests.
class MemoryDisk {
 public:
  static constexpr std::size_t disk_sector_bytes = 512;
  struct File {
    Bytes now, synced;
    std::multimap<std::size_t, Bytes> between;  // by sector: what writes since the sync replaced
    std::set<std::size_t> forgotten;            // sectors that no sync writes any more
    std::shared_ptr<const File> before_cut;     // when a cut is not synced: it may not be so yet
    bool is_locked = false;
  };
  using Names = std::map<std::string, std::shared_ptr<File>>;  // owners: the names and open files

  // What is left when the power ends now; every seed leaves another of the possible disks.
  MemoryDisk after_power_cut(std::uint64_t seed) const {
    std::mt19937_64 random(seed);
    Names names = synced_names_;
    const std::size_t kept = random() % (name_changes_.size() + 1);
    for (std::size_t i = 0; i < kept; ++i)
      name_changes_[i](names);
    MemoryDisk left;
    for (const auto& [name, file] : names) {
      auto copy = std::make_shared<File>();
      copy->now = copy->synced = survivor(*file, random);
      left.names_[name] = left.synced_names_[name] = copy;
    }
    return left;
  }
  // The bytes of a file, to look at and to damage.
  Bytes& bytes(const std::string& name) {
    synced_names_[name] = names_.try_emplace(name, std::make_shared<File>()).first->second;
    return names_[name]->now;
  }
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& entry : names_)
      all.push_back(entry.first);
    return all;
  }

 private:
  friend class MemoryFiles;

  static Bytes survivor(const File& newest, std::mt19937_64& random) {
    const File* before = &newest;
    while (before->before_cut && random() % 2 == 0)
      before = before->before_cut.get();
    const File& file = *before;
    Bytes bytes = random() % 2 == 0 ? file.now : file.synced;
    const std::uint64_t taste = random() % 4;  // all new, all old, or sector by sector
    for (std::size_t at = 0; at < bytes.size(); at += disk_sector_bytes) {
      const auto between = file.between.equal_range(at / disk_sector_bytes);
      const auto count = static_cast<std::size_t>(std::distance(between.first, between.second));
      std::size_t choice = taste < 2 ? taste : random() % (2 + count);
      if (file.forgotten.count(at / disk_sector_bytes) > 0) choice = 1;
      Bytes sector = sector_of(choice == 0 ? file.now : file.synced, at);
      if (choice >= 2)
        sector = std::next(between.first, static_cast<std::ptrdiff_t>(choice) - 2)->second;
      for (std::size_t i = 0; i < std::min(disk_sector_bytes, bytes.size() - at); ++i)
        bytes[at + i] = i < sector.size() ? sector[i] : std::uint8_t{0};
    }
    return bytes;
  }
  // What there is of it.
  static Bytes sector_of(const Bytes& bytes, std::size_t at) {
    const std::size_t begin = std::min(at, bytes.size());
    const std::size_t end = std::min(begin + disk_sector_bytes, bytes.size());
    return {bytes.begin() + static_cast<std::ptrdiff_t>(begin),
            bytes.begin() + static_cast<std::ptrdiff_t>(end)};
  }
  // Remembers what lies where a write comes.
  static void remember(File& file, std::size_t from, std::size_t size) {
    for (std::size_t sector = from / disk_sector_bytes; sector * disk_sector_bytes < from + size;
         ++sector)
      file.between.emplace(sector, sector_of(file.now, sector * disk_sector_bytes));
  }
  static void cut(File& file, std::size_t size) {
    if (size < file.now.size()) {
      file.before_cut = std::make_shared<const File>(file);
      file.synced.resize(std::min(size, file.synced.size()));
      file.between.erase(file.between.upper_bound(size / disk_sector_bytes), file.between.end());
    }
    file.now.resize(size);
  }
  static std::size_t sectors_of(const File& file) {
    return (file.now.size() + disk_sector_bytes - 1) / disk_sector_bytes;
  }
  static void sync(File& file) {
    if (file.forgotten.empty()) {
      file.synced = file.now;
    } else {
      file.synced.resize(file.now.size());
      for (std::size_t sector = 0; sector < sectors_of(file); ++sector)
        if (file.forgotten.count(sector) == 0) copy_sector(file.now, file.synced, sector);
    }
    file.between.clear();
    file.before_cut.reset();
  }
  static void copy_sector(const Bytes& from, Bytes& to, std::size_t sector) {
    const Bytes bytes = sector_of(from, sector * disk_sector_bytes);
    std::copy(bytes.begin(), bytes.end(),
              to.begin() + static_cast<std::ptrdiff_t>(sector * disk_sector_bytes));
  }
  static void forget(File& file) {
    for (std::size_t sector = 0; sector < sectors_of(file); ++sector) {
      const std::size_t at = sector * disk_sector_bytes;
      if (sector_of(file.now, at) != sector_of(file.synced, at)) file.forgotten.insert(sector);
    }
  }
  void change(std::function<void(Names&)> how) {
    how(names_);
    name_changes_.push_back(std::move(how));
  }

  Names names_, synced_names_;
  std::vector<std::function<void(Names&)>> name_changes_;
};

// The calls on such a disk. `fault` is asked before each call that changes something, with the
// call's name and number from 0: 0 lets it pass, an errno makes it fail, `half` writes half of it,
// `pretend` says that a file is synced when it is not. `forget` makes a sync fail as Linux does:
// what it should have written is in the cache and counts as written. `reading` is asked before each
// read.
class MemoryFiles final : public Files {
 public:
  static constexpr int half = -1, pretend = -2, forget = -3;
  using Fault = std::function<int(const char* call, std::size_t number)>;

  explicit MemoryFiles(MemoryDisk& disk, Fault fault = {}, Fault reading = {})
      : disk_(disk), fault_(std::move(fault)), reading_(std::move(reading)) {}

  int open(const std::string& path, int flags) override {
    if ((flags & O_DIRECTORY) != 0) return keep(nullptr);
    if (disk_.names_.count(path) == 0) {
      if ((flags & O_CREAT) == 0) return end(ENOENT);
      if (const int why = ask("create")) return end(why);
      disk_.change([path, file = std::make_shared<MemoryDisk::File>()](MemoryDisk::Names& names) {
        names[path] = file;
      });
    }
    const auto file = disk_.names_[path];
    if ((flags & O_TRUNC) != 0 && !file->now.empty()) {
      if (const int why = ask("truncate")) return end(why);
      MemoryDisk::cut(*file, 0);
    }
    return keep(file);
  }
  int open_secret(const std::string& path, int flags) override { return open(path, flags); }
  int close(int file) override {
    if (open_[file] && locked_.erase(file) > 0) open_[file]->is_locked = false;
    open_.erase(file);
    return 0;
  }
  std::int64_t read(int file, std::uint8_t* to, std::size_t size, std::uint64_t from) override {
    const int why = reading_ ? reading_("read", reads_++) : 0;
    if (why > 0) return end(why);
    if (why == half) size = (size + 1) / 2;
    const Bytes& bytes = open_[file]->now;
    if (from >= bytes.size()) return 0;
    const std::size_t count = std::min(size, bytes.size() - from);
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(from), count, to);
    return static_cast<std::int64_t>(count);
  }
  std::int64_t write(int file, ByteView bytes, std::uint64_t at) override {
    const int why = ask("write");
    if (why > 0) return end(why);
    if (why == half) bytes = bytes.first((bytes.size() + 1) / 2);
    Bytes& now = open_[file]->now;
    MemoryDisk::remember(*open_[file], at, bytes.size());
    const std::size_t first_sector = at / MemoryDisk::disk_sector_bytes;
    const std::size_t end_sector = (at + bytes.size() - 1) / MemoryDisk::disk_sector_bytes + 1;
    auto& forgotten = open_[file]->forgotten;
    forgotten.erase(forgotten.lower_bound(first_sector), forgotten.lower_bound(end_sector));
    now.resize(std::max(now.size(), at + bytes.size()));
    std::copy(bytes.begin(), bytes.end(), now.begin() + static_cast<std::ptrdiff_t>(at));
    return static_cast<std::int64_t>(bytes.size());
  }
  std::int64_t size(int file) override {
    return static_cast<std::int64_t>(open_[file]->now.size());
  }
  int allocate(int file, std::uint64_t size) override {
    if (const int why = ask("allocate")) return end(why);
    Bytes& now = open_[file]->now;
    now.resize(std::max(now.size(), size));
    return 0;
  }
  int truncate(int file, std::uint64_t size) override {
    if (const int why = ask("truncate")) return end(why);
    MemoryDisk::cut(*open_[file], size);
    return 0;
  }
  int sync_data(int file) override {
    const int why = ask("sync");
    if (why == pretend) return 0;
    if (why == forget) MemoryDisk::forget(*open_[file]);
    if (why != 0) return end(why);
    MemoryDisk::sync(*open_[file]);
    return 0;
  }
  int sync(int file) override {
    if (open_[file]) return sync_data(file);
    const int why = ask("sync");
    if (why == pretend) return 0;
    if (why != 0) return end(why);
    disk_.synced_names_ = disk_.names_;
    disk_.name_changes_.clear();
    return 0;
  }
  void forget_cache(int file) override {
    MemoryDisk::File& one = *open_[file];
    one.synced.resize(std::max(one.synced.size(), one.now.size()));
    for (const std::size_t sector : std::exchange(one.forgotten, {}))
      if (sector < MemoryDisk::sectors_of(one))
        MemoryDisk::copy_sector(one.synced, one.now, sector);
  }
  const std::uint8_t* map(int, std::uint64_t) override { return nullptr; }
  void unmap(const std::uint8_t*, std::uint64_t) override {}
  int lock(int file) override {
    if (open_[file]->is_locked) return end(EWOULDBLOCK);
    open_[file]->is_locked = true;
    locked_[file] = true;
    return 0;
  }
  int rename(const std::string& from, const std::string& to) override {
    if (const int why = ask("rename")) return end(why);
    disk_.change([from, to](MemoryDisk::Names& names) {
      names[to] = names[from];
      names.erase(from);
    });
    return 0;
  }
  int unlink(const std::string& path) override {
    if (const int why = ask("unlink")) return end(why);
    disk_.change([path](MemoryDisk::Names& names) { names.erase(path); });
    return 0;
  }
  int make_folder(const std::string&) override { return 0; }
  int list(const std::string& folder, std::vector<std::string>& names) override {
    for (const auto& entry : disk_.names_)
      names.push_back(entry.first.substr(folder.size() + 1));
    return 0;
  }

 private:
  int ask(const char* call) { return fault_ ? fault_(call, calls_++) : 0; }
  static int end(int why) {
    errno = why > 0 ? why : EIO;
    return -1;
  }
  int keep(std::shared_ptr<MemoryDisk::File> file) {
    open_[++last_] = std::move(file);
    return last_;
  }

  MemoryDisk& disk_;
  Fault fault_, reading_;
  std::size_t calls_ = 0, reads_ = 0;
  int last_ = 0;
  std::map<int, std::shared_ptr<MemoryDisk::File>> open_;
  std::map<int, bool> locked_;
};

}  // namespace millwright
