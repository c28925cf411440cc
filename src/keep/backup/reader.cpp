#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <system_error>

#include "base/text.hpp"
#include "keep/backup/backup.hpp"
#include "keep/backup/tar.hpp"
#include "model/described_load.hpp"

namespace millwright::keep {
namespace {

constexpr std::size_t piece_bytes = std::size_t{1} << 20U;
constexpr std::string_view manifest_name = "manifest.json";
constexpr std::string_view digest_name = "manifest.sha256";
constexpr std::size_t nodes_a_file = 8;  // of the manifest's JSON

using Found = std::map<std::string, BackedUpFile>;

// One walk over the bytes.
class Walk {
 public:
  Walk(const Pull& pull, BackupSink* sink) : pull_(pull), sink_(sink), piece_(piece_bytes) {}

  Outcome run() {
    while (true) {
      tar::Block block{};
      TRY(fill(block, "the end of the backup"));
      if (block == tar::Block{}) break;
      const tar::Header header = TRY(tar::to_header(block));
      if (files_.size() > backup_files_max) return fail(Code::corrupt, "it holds too many files");
      TRY(read_file(header));
    }
    tar::Block block{};
    TRY(fill(block, "the end of the backup"));
    std::uint8_t byte = 0;
    if (block != tar::Block{} || TRY(pull_({&byte, 1})) != 0)
      return fail(Code::corrupt, "something stands behind the end of the backup");
    return Done{};
  }

  Found files_;
  std::vector<std::string> order_;
  std::string manifest_, digest_;

 private:
  Outcome fill(std::span<std::uint8_t> to, const std::string& name) {
    while (!to.empty()) {
      const std::size_t count = TRY(pull_(to));
      if (count == 0) return fail(Code::corrupt, name + " is missing: the backup was cut off");
      to = to.subspan(count);
    }
    return Done{};
  }

  Outcome read_file(const tar::Header& header) {
    if (files_.contains(header.name)) return fail(Code::corrupt, header.name + " is there twice");
    std::string* const text = header.name == manifest_name ? &manifest_
                              : header.name == digest_name ? &digest_
                                                           : nullptr;
    if (text != nullptr && header.bytes > manifest_bytes_max)
      return fail(Code::corrupt, header.name + " is too large");
    const bool is_given = sink_ != nullptr && text == nullptr;
    if (is_given) TRY(sink_->begin(header.name, header.bytes, header.mode));
    Digest digest;
    for (std::uint64_t left = header.bytes; left > 0;) {
      const std::span<std::uint8_t> room(piece_.data(),
                                         std::min<std::uint64_t>(left, piece_.size()));
      TRY(fill(room, "the end of " + header.name));
      digest.add(room);
      if (text != nullptr) text->append(room.begin(), room.end());
      if (is_given) TRY(sink_->more(room));
      left -= room.size();
    }
    if (is_given) TRY(sink_->end());
    tar::Block filling{};
    TRY(fill(std::span(filling).first(tar::filling_of(header.bytes)), "the end of " + header.name));
    if (filling != tar::Block{})
      return fail(Code::corrupt, header.name + ": the bytes behind it were changed");
    files_[header.name] = {header.name, header.bytes, digest.hex()};
    order_.push_back(header.name);
    return Done{};
  }

  const Pull& pull_;
  BackupSink* sink_;
  Bytes piece_;
};

Result<Manifest> manifest_of(const Walk& walk) {
  const std::size_t count = walk.order_.size();
  if (count < 2 || walk.order_[count - 1] != digest_name || walk.order_[count - 2] != manifest_name)
    return fail(Code::corrupt,
                "its manifest is missing: this is no backup of millwright, or it "
                "was cut off");
  const std::string& digest = walk.files_.at(std::string(manifest_name)).sha256;
  if (walk.digest_ != digest + "  manifest.json\n")
    return fail(Code::corrupt, "manifest.json was changed: its digest is not the one it had");
  const NodeLimits limits{manifest_bytes_max, (backup_files_max + 4) * nodes_a_file, 4};
  const Node node = TRY(read_json(walk.manifest_, limits));
  Manifest manifest;
  Problems problems;
  load(node, "", manifest, problems);
  if (manifest.format > backup_format)
    return fail(Code::invalid, "it has format " + std::to_string(manifest.format) +
                                   ", this program reads up to " + std::to_string(backup_format) +
                                   ": restore with millwright " + manifest.millwright +
                                   " or later");
  if (!problems.empty())
    return fail(Code::corrupt, to_text(problems.list().front(), "manifest.json"));
  return manifest;
}

Outcome compare(const Manifest& manifest, Found found) {
  found.erase(std::string(manifest_name));
  found.erase(std::string(digest_name));
  for (const BackedUpFile& file : manifest.files) {
    const auto at = found.find(file.name);
    if (at == found.end()) return fail(Code::corrupt, file.name + " is missing");
    if (at->second.bytes != file.bytes || at->second.sha256 != file.sha256)
      return fail(Code::corrupt, file.name + " was changed: its digest is not the one it had");
    found.erase(at);
  }
  if (found.empty()) return Done{};
  return fail(Code::corrupt, found.begin()->first + " is not named in the manifest");
}

}  // namespace

Result<Manifest> read_backup(const Pull& pull, BackupSink* sink) {
  Walk walk(pull, sink);
  TRY(walk.run());
  Manifest manifest = TRY(manifest_of(walk));
  TRY(compare(manifest, std::move(walk.files_)));
  return manifest;
}

Pull pull_of_file(int file, std::string name) {
  return [file, name = std::move(name)](std::span<std::uint8_t> to) -> Result<std::size_t> {
    while (true) {
      const ssize_t count = ::read(file, to.data(), to.size());
      if (count >= 0) return static_cast<std::size_t>(count);
      if (errno != EINTR)
        return fail(Code::offline,
                    "cannot read " + name + ": " + std::generic_category().message(errno));
    }
  };
}

}  // namespace millwright::keep
