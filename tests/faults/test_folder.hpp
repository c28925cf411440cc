#pragma once

#include <unistd.h>

#include <filesystem>
#include <string>

namespace millwright::faults {

// A folder of its own for a test, gone at its end.
class TestFolder {
 public:
  explicit TestFolder(const std::string& name)
      : path_(std::filesystem::temp_directory_path() /
              ("millwright-" + name + "-" + std::to_string(::getpid()))) {
    make_empty();
  }
  ~TestFolder() { std::filesystem::remove_all(path_); }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  void make_empty() const {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }

 private:
  std::filesystem::path path_;
};

}  // namespace millwright::faults
