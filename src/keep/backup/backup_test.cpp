#include "keep/backup/backup.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

#include "keep/backup/tar.hpp"

namespace millwright::keep {
namespace {

// A folder of its own that goes away.
class Backup : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "backup-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path target() const { return folder_ / "plant.tar"; }

  Manifest write_some() const {
    auto writer = BackupWriter::create(target());
    EXPECT_TRUE(writer.has_value());
    EXPECT_TRUE(writer->add({"data/journal/1.journal", 700, 0640}, Bytes(700, 7)).has_value());
    EXPECT_TRUE(writer->add({"data/access/tokens", 5, 0600}, as_bytes("words")).has_value());
    EXPECT_TRUE(writer->add({"plant.yaml", 0}, Bytes{}).has_value());
    Manifest about;
    about.millwright = "0.1.0";
    about.made = instant(1'700'000'000'000'000'000);
    about.sequence = 42;
    const auto manifest = writer->finish(about);
    EXPECT_TRUE(manifest.has_value());
    return *manifest;
  }
  Bytes bytes() const {
    std::ifstream in(target(), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  std::filesystem::path folder_;
};

Pull pull_of(ByteView bytes) {
  return [bytes](std::span<std::uint8_t> to) mutable -> Result<std::size_t> {
    const std::size_t count = std::min(to.size(), bytes.size());
    std::copy_n(bytes.begin(), count, to.begin());
    bytes = bytes.subspan(count);
    return count;
  };
}

std::string refusal(ByteView bytes) {
  const auto read = read_backup(pull_of(bytes), nullptr);
  return read ? "" : read.error().what;
}

class Collect final : public BackupSink {
 public:
  Outcome begin(const std::string& name, std::uint64_t, std::uint32_t mode) override {
    name_ = name;
    modes[name] = mode;
    contents[name];
    return Done{};
  }
  Outcome more(ByteView bytes) override {
    contents[name_].append(bytes.begin(), bytes.end());
    return Done{};
  }
  Outcome end() override { return Done{}; }

  std::map<std::string, std::string> contents;
  std::map<std::string, std::uint32_t> modes;

 private:
  std::string name_;
};

TEST_F(Backup, GivesBackWhatWasPutIn) {
  write_some();
  const Bytes all = bytes();
  Collect collect;
  const auto manifest = read_backup(pull_of(all), &collect);
  ASSERT_TRUE(manifest.has_value()) << manifest.error().what;
  EXPECT_EQ(manifest->sequence, 42U);
  EXPECT_EQ(manifest->files.size(), 3U);
  EXPECT_EQ(collect.contents.size(), 3U);
  EXPECT_EQ(collect.contents["data/access/tokens"], "words");
  EXPECT_EQ(collect.contents["data/journal/1.journal"], std::string(700, 7));
  EXPECT_EQ(collect.modes["data/access/tokens"], 0600U);
}

TEST_F(Backup, AChangedBitAnywhereIsRefusedAndNamesTheFile) {
  write_some();
  Bytes all = bytes();
  EXPECT_EQ(refusal(all), "");
  for (std::size_t at = 0; at < all.size(); at += 7) {
    const auto bit = static_cast<std::uint8_t>(1U << (at % 8));
    all[at] ^= bit;
    EXPECT_NE(refusal(all), "") << "byte " << at;
    all[at] ^= bit;
  }
  all[512 + 3] ^= 1U;
  EXPECT_EQ(refusal(all), "data/journal/1.journal was changed: its digest is not the one it had");
}

TEST_F(Backup, CutOffAnywhereItIsRefused) {
  write_some();
  const Bytes all = bytes();
  for (std::size_t size = 0; size < all.size(); size += 97)
    EXPECT_NE(refusal(ByteView(all).first(size)), "") << "after " << size << " bytes";
  EXPECT_NE(refusal(ByteView(all).first(all.size() - 1)), "");
}

TEST_F(Backup, NeverOverwritesAndLeavesNothingWhenItFails) {
  write_some();
  const Bytes before = bytes();
  const auto second = BackupWriter::create(target());
  ASSERT_FALSE(second.has_value());
  EXPECT_NE(second.error().what.find("is there already"), std::string::npos);
  EXPECT_EQ(bytes(), before);
  std::filesystem::remove(target());
  {
    auto cut_off = BackupWriter::create(target());
    ASSERT_TRUE(cut_off.has_value());
    EXPECT_FALSE(cut_off->add({"short", 9}, as_bytes("shorter")).has_value());
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(Backup, WhatAppearsUnderItsNameMeanwhileStays) {
  auto writer = BackupWriter::create(target());
  ASSERT_TRUE(writer.has_value());
  std::ofstream(target()) << "of somebody else";
  EXPECT_FALSE(writer->finish({}).has_value());
  std::ostringstream text;
  text << std::ifstream(target()).rdbuf();
  EXPECT_EQ(text.str(), "of somebody else");
}

TEST_F(Backup, ANewerFormatIsRefusedWithTheVersionToTake) {
  auto writer = BackupWriter::create(target());
  ASSERT_TRUE(writer.has_value());
  Manifest about;
  about.format = backup_format + 1;
  about.millwright = "9.9.9";
  ASSERT_TRUE(writer->finish(about).has_value());
  EXPECT_NE(refusal(bytes()).find("restore with millwright 9.9.9"), std::string::npos);
}

// The kept start of the fuzzing was not written by us.
TEST_F(Backup, ReadsOneThatAnotherProgramWrote) {
  std::ifstream in("src/keep/backup/corpus/good", std::ios::binary);
  const Bytes all{std::istreambuf_iterator<char>(in), {}};
  EXPECT_EQ(refusal(all), "");
}

// GNU tar is what others look into it with.
TEST_F(Backup, TarReadsIt) {
  write_some();
  const std::string list = (folder_ / "list").string();
  const std::string command = "tar --list --file=" + target().string() + " >" + list;
  if (std::system("tar --version >/dev/null 2>&1") != 0) GTEST_SKIP() << "no tar here";
  ASSERT_EQ(std::system(command.c_str()), 0);
  std::ostringstream text;
  text << std::ifstream(list).rdbuf();
  EXPECT_EQ(text.str(),
            "data/journal/1.journal\ndata/access/tokens\nplant.yaml\nmanifest.json\n"
            "manifest.sha256\n");
}

TEST(Tar, NamesThatLeadOutAreRefused) {
  for (const char* name : {"", "/etc/passwd", "../x", "data/../../x", "data//x", "data/.", "a\nb"})
    EXPECT_FALSE(tar::is_good_name(name)) << name;
  EXPECT_TRUE(tar::is_good_name("data/journal/00000000000000000001.journal"));
}

TEST(Tar, LongNamesAndLargeSizesComeBack) {
  const std::string name = std::string(120, 'f') + "/" + std::string(90, 'g');
  ASSERT_TRUE(tar::is_good_name(name));
  for (const std::uint64_t bytes : {std::uint64_t{0}, std::uint64_t{077777777777},
                                    std::uint64_t{0100000000000}, tar::file_bytes_max}) {
    const auto header = tar::to_header(tar::to_block({name, bytes, 0640, 1'700'000'000}));
    ASSERT_TRUE(header.has_value());
    EXPECT_EQ(header->name, name);
    EXPECT_EQ(header->bytes, bytes);
  }
  EXPECT_FALSE(tar::is_good_name(std::string(101, 'f')));
}

// FIPS 180-4 example, "abc".
TEST(DigestTest, IsTheOneOfTheStandard) {
  Digest digest;
  digest.add(as_bytes("abc"));
  EXPECT_EQ(digest.hex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace millwright::keep
