#include "flow/view.hpp"

#include <utility>

namespace millwright::flow {

void Views::put(std::string_view name, std::shared_ptr<const View> view) {
  const std::scoped_lock lock(mutex_);
  const auto found = views_.find(name);
  if (found == views_.end()) {
    views_.emplace(name, std::move(view));
  } else {
    found->second.swap(view);  // the old one is released after the lock
  }
}

std::shared_ptr<const View> Views::get(std::string_view name) const {
  const std::scoped_lock lock(mutex_);
  const auto found = views_.find(name);
  return found == views_.end() ? nullptr : found->second;
}

std::vector<std::string> Views::names() const {
  const std::scoped_lock lock(mutex_);
  std::vector<std::string> out;
  out.reserve(views_.size());
  for (const auto& [name, view] : views_)
    out.push_back(name);
  return out;
}

}  // namespace millwright::flow
