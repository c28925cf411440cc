#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.hpp"

namespace millwright::net {

// Bytes that wait to be written, in order, without being copied together.
class Outgoing {
 public:
  void add(std::string bytes);
  void add(std::shared_ptr<const std::string> bytes);  // Owners: whoever keeps it, and this.
  // The first bytes, at most `bytes_max`, in at most `views_max` parts; valid until `drop`.
  std::vector<ByteView> front(std::size_t bytes_max, std::size_t views_max) const;
  void drop(std::size_t count);  // The first `count` bytes were written.
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

 private:
  struct Part {
    std::string own;
    std::shared_ptr<const std::string> kept;  // Owners: see add.
    ByteView bytes() const { return as_bytes(kept ? *kept : own); }
  };
  std::deque<Part> parts_;
  std::size_t offset_ = 0;  // Of the first part, already written.
  std::size_t size_ = 0;
};

}  // namespace millwright::net
