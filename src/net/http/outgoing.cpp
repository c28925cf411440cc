#include "net/http/outgoing.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace millwright::net {

void Outgoing::add(std::string bytes) {
  if (bytes.empty()) return;
  size_ += bytes.size();
  parts_.push_back({std::move(bytes), nullptr});
}

void Outgoing::add(std::shared_ptr<const std::string> bytes) {
  if (bytes->empty()) return;
  size_ += bytes->size();
  parts_.push_back({{}, std::move(bytes)});
}

std::vector<ByteView> Outgoing::front(std::size_t bytes_max, std::size_t views_max) const {
  std::vector<ByteView> views;
  std::size_t offset = offset_;
  for (const Part& part : parts_) {
    if (views.size() == views_max || bytes_max == 0) break;
    ByteView bytes = part.bytes().subspan(offset);
    offset = 0;
    bytes = bytes.first(std::min(bytes.size(), bytes_max));
    bytes_max -= bytes.size();
    views.push_back(bytes);
  }
  return views;
}

void Outgoing::drop(std::size_t count) {
  CHECK(count <= size_);
  size_ -= count;
  while (count > 0) {
    const std::size_t left = parts_.front().bytes().size() - offset_;
    if (count < left) {
      offset_ += count;
      return;
    }
    count -= left;
    offset_ = 0;
    parts_.pop_front();
  }
}

}  // namespace millwright::net
