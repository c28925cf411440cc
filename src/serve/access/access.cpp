#include "serve/access/access.hpp"

#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>

#include "base/text.hpp"

namespace millwright::serve {
namespace {

constexpr std::array<std::string_view, 3> roles{"viewer", "writer", "admin"};
constexpr std::size_t secret_bytes = 24;
constexpr const char* codes_table = "codes";
constexpr const char* sessions_table = "sessions";
constexpr const char* tokens_table = "tokens";

std::string make_secret() {
  std::array<unsigned char, secret_bytes> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  std::array<char,
             sodium_base64_ENCODED_LEN(secret_bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING)>
      text{};
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(),
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return text.data();
}

// The secrets are random and long, so a plain hash is enough to make a stolen file useless.
std::string hash_of(const std::string& secret) {
  std::array<unsigned char, crypto_generichash_BYTES> hash{};
  crypto_generichash(hash.data(), hash.size(),
                     reinterpret_cast<const unsigned char*>(secret.data()), secret.size(), nullptr,
                     0);
  std::array<char, crypto_generichash_BYTES * 2 + 1> text{};
  sodium_bin2hex(text.data(), text.size(), hash.data(), hash.size());
  return text.data();
}

// `millwright link` may be run by root beside a server of another user, which must go on reading
// and replacing what is written here.
void give_to_owner_of(const std::filesystem::path& folder, const std::filesystem::path& file) {
  struct stat about {};
  if (::geteuid() != 0 || ::stat(folder.c_str(), &about) != 0) return;
  static_cast<void>(::lchown(file.c_str(), about.st_uid, about.st_gid) == 0);
}

}  // namespace

Result<std::unique_ptr<AccessStore>> AccessStore::open(const std::filesystem::path& folder,
                                                       Loopback loopback) {
  if (sodium_init() < 0) return fail(Code::refused, "this system has no source of random numbers");
  std::error_code trouble;
  std::filesystem::create_directories(folder, trouble);
  if (trouble)
    return fail(Code::refused,
                "cannot make the folder " + folder.string() + ": " + trouble.message());
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all, trouble);
  std::unique_ptr<AccessStore> store(new AccessStore(folder, loopback));
  TRY(store->read(store->codes_, codes_table));
  TRY(store->read(store->sessions_, sessions_table));
  TRY(store->read(store->tokens_, tokens_table));
  return store;
}

bool AccessStore::is_over(const Entry& entry) const {
  return entry.ends != 0 && entry.ends < nanoseconds(std::chrono::system_clock::now());
}

std::optional<flow::Person> AccessStore::who(const flow::Credentials& credentials) {
  if (loopback_ == Loopback::trusted && credentials.is_loopback)
    return flow::Person{"admin", flow::Role::admin};
  const std::scoped_lock lock(mutex_);
  if (!credentials.session.empty()) return find(sessions_, sessions_table, credentials.session);
  if (!credentials.token.empty()) return find(tokens_, tokens_table, credentials.token);
  return std::nullopt;
}

// Another process may have added an entry since: an unknown secret is looked up in the file once
// more.
std::optional<flow::Person> AccessStore::find(Entries& entries, const std::string& file,
                                              const std::string& secret) {
  const std::string hash = hash_of(secret);
  if (!entries.contains(hash) && !read(entries, file)) return std::nullopt;
  const auto found = entries.find(hash);
  if (found == entries.end() || is_over(found->second)) return std::nullopt;
  return flow::Person{found->second.name, found->second.role};
}

Result<std::string> AccessStore::add(Entries& entries, const std::string& file, Entry entry) {
  const std::scoped_lock lock(mutex_);
  TRY(read(entries, file));
  std::erase_if(entries, [&](const auto& known) { return is_over(known.second); });
  if (entries.size() >= sessions_max) {
    const auto oldest = std::min_element(
        entries.begin(), entries.end(),
        [](const auto& a, const auto& b) { return a.second.ends < b.second.ends; });
    entries.erase(oldest);
  }
  const std::string secret = make_secret();
  entries[hash_of(secret)] = std::move(entry);
  TRY(write(entries, file));
  return secret;
}

Result<std::string> AccessStore::make_code() {
  const auto ends = nanoseconds(std::chrono::system_clock::now() + code_length);
  return add(codes_, codes_table, {"admin", flow::Role::admin, ends});
}

Result<std::string> AccessStore::make_token(const std::string& name, flow::Role role) {
  return add(tokens_, tokens_table, {name, role, 0});
}

Result<std::string> AccessStore::sign_in(const std::string& code) {
  Entry entry;
  {
    const std::scoped_lock lock(mutex_);
    const auto person = find(codes_, codes_table, code);
    if (!person) {
      return fail(Code::refused,
                  "this sign-in link has been used or is older than 30 minutes: run 'millwright "
                  "link' for a new one");
    }
    codes_.erase(hash_of(code));
    TRY(write(codes_, codes_table));
    entry = {person->name, person->role,
             nanoseconds(std::chrono::system_clock::now() + session_length)};
  }
  return add(sessions_, sessions_table, std::move(entry));
}

void AccessStore::sign_out(const std::string& session) {
  const std::scoped_lock lock(mutex_);
  if (sessions_.erase(hash_of(session)) > 0) static_cast<void>(write(sessions_, sessions_table));
}

// One line an entry: hash, role, end, name. A line that is not of that form is left out.
Outcome AccessStore::read(Entries& entries, const std::string& file) const {
  std::ifstream in(folder_ / file);
  if (!in) return Done{};
  Entries fresh;
  std::string line;
  while (std::getline(in, line) && fresh.size() < 2 * sessions_max) {
    std::istringstream words(line);
    std::string hash, role;
    Entry entry;
    words >> hash >> role >> entry.ends;
    std::getline(words >> std::ws, entry.name);
    const auto known = std::find(roles.begin(), roles.end(), role);
    if (hash.empty() || known == roles.end()) continue;
    entry.role = static_cast<flow::Role>(known - roles.begin());
    fresh[hash] = entry;
  }
  entries = std::move(fresh);
  return Done{};
}

Outcome AccessStore::write(const Entries& entries, const std::string& file) const {
  const std::filesystem::path path = folder_ / file;
  const std::filesystem::path fresh = folder_ / (file + ".new");
  {
    std::ofstream out(fresh, std::ios::trunc);
    for (const auto& [hash, entry] : entries) {
      out << hash << ' ' << roles[static_cast<std::size_t>(entry.role)] << ' ' << entry.ends << ' '
          << entry.name << '\n';
    }
    if (!out.flush())
      return fail(Code::full, "cannot write " + fresh.string() + ": is the disk full?");
  }
  std::error_code trouble;
  std::filesystem::permissions(
      fresh, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, trouble);
  give_to_owner_of(folder_, fresh);
  std::filesystem::rename(fresh, path, trouble);
  if (trouble)
    return fail(Code::refused, "cannot replace " + path.string() + ": " + trouble.message());
  return Done{};
}

}  // namespace millwright::serve
