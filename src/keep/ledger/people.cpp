#include "keep/ledger/people.hpp"

#include <fcntl.h>
#include <sodium.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "math/merkle/merkle.hpp"

namespace millwright::keep {
namespace {

constexpr std::string_view magic = "MWPEOP\n\x01";
constexpr std::string_view prefix = "person:";
constexpr std::size_t reference_bytes = 16;
constexpr std::size_t file_bytes_max = std::size_t{64} << 20U;

std::string reference_for(const std::array<std::uint8_t, 32>& salt, const std::string& name) {
  Bytes bytes;
  Writer out(bytes);
  out.text("millwright person");
  out.raw(salt);
  out.text(name);
  const math::Hash hash = math::sha256(bytes);
  std::string text(reference_bytes * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), hash.data(), reference_bytes);
  text.pop_back();
  return std::string(prefix) + text;
}

}  // namespace

Result<std::unique_ptr<People>> People::open(Files& files, const std::string& folder) {
  CHECK(sodium_init() >= 0);
  std::unique_ptr<People> people(new People(files, folder));
  const std::string path = folder + "/" + std::string(file_name);
  const int number = files.open(path, O_RDONLY);
  if (number < 0 && errno == ENOENT) return people;
  if (number < 0) return file_trouble("open", path);
  const OpenFile file(files, number);
  const Bytes bytes = TRY(read_whole(files, file, path, file_bytes_max));
  if (const Outcome read = people->read(bytes); !read)
    return fail(Code::corrupt,
                path + " is damaged (" + read.error().what +
                    "): restore it from a backup, or move it away, and the ledger shows "
                    "references where it showed names");
  return people;
}

Outcome People::read(ByteView bytes) {
  if (bytes.size() < magic.size() + 4) return fail(Code::corrupt, "it is too short");
  const ByteView body = bytes.first(bytes.size() - 4);
  std::uint32_t sum = 0;
  std::memcpy(&sum, bytes.data() + body.size(), sizeof sum);
  if (sum != crc32c(body)) return fail(Code::corrupt, "its checksum is wrong");
  Reader in(body);
  const ByteView head = TRY(in.raw(magic.size()));
  if (!std::equal(head.begin(), head.end(), as_bytes(magic).begin()))
    return fail(Code::corrupt, "it is no file of people");
  const std::uint64_t count = TRY(in.variable());
  if (count > people_max) return fail(Code::corrupt, "it names too many people");
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::string reference = TRY(in.text());
    Person person;
    person.name = TRY(in.text());
    const ByteView salt = TRY(in.raw(person.salt.size()));
    std::copy(salt.begin(), salt.end(), person.salt.begin());
    if (!person.name.empty()) reference_of_[person.name] = reference;
    by_reference_[reference] = std::move(person);
  }
  return Done{};
}

Bytes People::to_bytes() const {
  Bytes bytes;
  Writer out(bytes);
  out.raw(as_bytes(magic));
  out.variable(by_reference_.size());
  for (const auto& [reference, person] : by_reference_) {
    out.text(reference);
    out.text(person.name);
    out.raw(person.salt);
  }
  out.fixed(crc32c(bytes));
  return bytes;
}

std::string People::reference(const std::string& name) {
  const std::scoped_lock lock(mutex_);
  const auto known = reference_of_.find(name);
  if (known != reference_of_.end()) return known->second;
  Person person{name, {}};
  // At the bound the name is hidden, and cannot be shown again: its salt is thrown away.
  randombytes_buf(person.salt.data(), person.salt.size());
  std::string reference = reference_for(person.salt, name);
  if (by_reference_.size() >= people_max) return reference;
  reference_of_[name] = reference;
  by_reference_[reference] = std::move(person);
  has_new_ = true;
  return reference;
}

Outcome People::save() {
  const std::scoped_lock lock(mutex_);
  if (!has_new_) return Done{};
  return put();
}

Outcome People::put() {
  TRY(put_file(files_, folder_, std::string(file_name), to_bytes(), 0));
  has_new_ = false;
  return Done{};
}

std::optional<std::string> People::name_of(const std::string& reference) const {
  const std::scoped_lock lock(mutex_);
  const auto found = by_reference_.find(reference);
  if (found == by_reference_.end() || found->second.name.empty()) return {};
  return found->second.name;
}

bool People::is_erased(const std::string& reference) const {
  const std::scoped_lock lock(mutex_);
  const auto found = by_reference_.find(reference);
  return found != by_reference_.end() && found->second.name.empty();
}

Outcome People::erase(const std::string& name) {
  const std::scoped_lock lock(mutex_);
  const auto known = reference_of_.find(name);
  if (known == reference_of_.end())
    return fail(Code::not_found, "the ledger knows nobody of the name '" + name + "'");
  Person& person = by_reference_[known->second];
  const Person before = person;
  person = Person{};
  if (Outcome put_away = put(); !put_away) {
    person = before;
    return put_away;
  }
  reference_of_.erase(known);
  return Done{};
}

std::size_t People::known() const {
  const std::scoped_lock lock(mutex_);
  return reference_of_.size();
}

}  // namespace millwright::keep
