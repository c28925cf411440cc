#include "math/merkle/note.hpp"

#include <sodium.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/text.hpp"
#include "math/merkle/merkle.hpp"
#include "math/merkle/unicode.hpp"

namespace millwright::math {
namespace {

constexpr std::string_view dash = "\xE2\x80\x94 ";  // an em dash and a space
constexpr std::size_t id_bytes = 4, time_bytes = 8, ed25519_bytes = 64;
constexpr std::size_t id_digits = 8;

void add_big_endian(Bytes& out, std::uint64_t value, std::size_t size) {
  for (std::size_t i = size; i-- > 0;)
    out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

std::uint64_t big_endian(ByteView bytes) {
  std::uint64_t value = 0;
  for (const std::uint8_t byte : bytes)
    value = value << 8U | byte;
  return value;
}

std::string hex_of(std::uint32_t id) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (unsigned shift = 32; shift > 0; shift -= 4)
    text.push_back(digits[id >> (shift - 4) & 15U]);
  return text;
}

std::string signed_text(const VerifierKey& key, std::string_view text, std::uint64_t time) {
  if (key.kind == KeyKind::note) return std::string(text);
  return "cosignature/v1\ntime " + std::to_string(time) + "\n" + std::string(text);
}

Error bad_key(const std::string& why) {
  return fail(Code::invalid, "this is no key of a signed note: " + why);
}

struct KeyParts {
  std::string_view name, id;
  Bytes bytes;  // type and key
};

// NAME+ID+BASE64: the last part may hold plus signs itself.
Result<KeyParts> take_apart(std::string_view text) {
  const std::size_t first = text.find('+');
  const std::size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos) return bad_key("expected NAME+ID+BASE64");
  KeyParts parts{text.substr(0, first), text.substr(first + 1, second - first - 1), {}};
  if (!is_key_name(parts.name)) return bad_key("its name is empty, or has a space in it");
  auto bytes = from_base64(text.substr(second + 1));
  if (!bytes) return bad_key("its last part is not base 64");
  parts.bytes = std::move(*bytes);
  if (parts.bytes.size() != 1 + sizeof(PublicKey))
    return bad_key("its last part has " + std::to_string(parts.bytes.size()) +
                   " bytes, expected 33");
  const auto kind = static_cast<KeyKind>(parts.bytes.front());
  if (kind != KeyKind::note && kind != KeyKind::cosignature)
    return bad_key("it is of kind " + std::to_string(parts.bytes.front()) +
                   ", and 1 (Ed25519) and 4 (Ed25519 of a witness) are known");
  return parts;
}

Error bad_note(const std::string& why) {
  return fail(Code::corrupt, "this is no signed note: " + why);
}

Result<Signature> read_line(std::string_view line) {
  if (!line.starts_with(dash)) return bad_note("a signature's line begins with a dash and a space");
  line.remove_prefix(dash.size());
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos || !is_key_name(line.substr(0, space)))
    return bad_note("a signature's line is: dash, space, name of the key, space, base 64");
  const auto bytes = from_base64(line.substr(space + 1));
  if (!bytes || bytes->size() <= id_bytes) return bad_note("a signature is not base 64");
  const ByteView view(*bytes);
  return Signature{std::string(line.substr(0, space)),
                   static_cast<std::uint32_t>(big_endian(view.first(id_bytes))),
                   Bytes(bytes->begin() + id_bytes, bytes->end())};
}

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return c != '\n' && static_cast<unsigned char>(c) < 0x20; });
}

}  // namespace

bool is_key_name(std::string_view name) {
  return !name.empty() && name.find('+') == std::string_view::npos && is_utf8(name) &&
         !has_control_character(name) && !has_space(name);
}

std::uint32_t VerifierKey::id() const {
  Bytes bytes(name.begin(), name.end());
  bytes.push_back('\n');
  bytes.push_back(static_cast<std::uint8_t>(kind));
  bytes.insert(bytes.end(), key.begin(), key.end());
  const Hash hash = sha256(bytes);
  return static_cast<std::uint32_t>(big_endian(ByteView(hash).first(id_bytes)));
}

std::string to_text(const VerifierKey& key) {
  Bytes bytes{static_cast<std::uint8_t>(key.kind)};
  bytes.insert(bytes.end(), key.key.begin(), key.key.end());
  return key.name + "+" + hex_of(key.id()) + "+" + to_base64(bytes);
}

Result<VerifierKey> read_verifier_key(std::string_view text) {
  const KeyParts parts = TRY(take_apart(text));
  VerifierKey key{std::string(parts.name), static_cast<KeyKind>(parts.bytes.front()), {}};
  std::copy(parts.bytes.begin() + 1, parts.bytes.end(), key.key.begin());
  if (parts.id != hex_of(key.id()))
    return bad_key("its number is " + std::string(parts.id.substr(0, id_digits)) + ", expected " +
                   hex_of(key.id()) + ": was it copied whole?");
  return key;
}

std::string to_line(const Signature& signature) {
  Bytes bytes;
  add_big_endian(bytes, signature.key_id, id_bytes);
  bytes.insert(bytes.end(), signature.bytes.begin(), signature.bytes.end());
  return std::string(dash) + signature.name + " " + to_base64(bytes) + "\n";
}

std::string to_text(const Note& note) {
  std::string text = note.text + "\n";
  for (const Signature& signature : note.signatures)
    text += to_line(signature);
  return text;
}

Result<Note> read_note(std::string_view text) {
  if (text.size() > note_bytes_max) return bad_note("it is longer than 256 KiB");
  if (!is_utf8(text) || has_control_character(text))
    return bad_note("it is not UTF-8 text without control characters");
  // The last empty line parts the text from the signatures.
  const std::size_t parting = text.rfind("\n\n");
  if (parting == std::string_view::npos || !text.ends_with('\n') || parting + 2 == text.size())
    return bad_note("expected a text, an empty line, and lines of signatures");
  Note note;
  note.text = text.substr(0, parting + 1);
  std::string_view lines = text.substr(parting + 2);
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    if (note.signatures.size() == note_signatures_max)
      return bad_note("it has more than 100 signatures");
    note.signatures.push_back(TRY(read_line(lines.substr(0, end))));
    lines.remove_prefix(end + 1);
  }
  return note;
}

Result<std::vector<Signed>> check_note(const Note& note, std::span<const VerifierKey> keys) {
  std::vector<Signed> found;
  for (const Signature& signature : note.signatures) {
    for (std::size_t k = 0; k < keys.size(); ++k) {
      const VerifierKey& key = keys[k];
      if (key.name != signature.name || key.id() != signature.key_id) continue;
      const std::size_t head = key.kind == KeyKind::note ? 0 : time_bytes;
      const ByteView bytes(signature.bytes);
      const Error is_false = fail(Code::corrupt, "the signature of " + key.name + " is false");
      if (bytes.size() != head + ed25519_bytes) return is_false;
      const std::uint64_t time = big_endian(bytes.first(head));
      const std::string text = signed_text(key, note.text, time);
      if (crypto_sign_verify_detached(bytes.subspan(head).data(), as_bytes(text).data(),
                                      text.size(), key.key.data()) != 0 ||
          time > static_cast<std::uint64_t>(INT64_MAX))
        return is_false;
      const bool is_known = std::any_of(found.begin(), found.end(),
                                        [&](const Signed& other) { return other.key == k; });
      if (!is_known) found.push_back({k, time});
    }
  }
  if (found.empty()) return fail(Code::refused, "no known key signed it");
  return found;
}

Signer Signer::from_seed(std::string name, KeyKind kind, const Seed& seed) {
  CHECK(is_key_name(name) && sodium_init() >= 0);
  Signer signer;
  signer.key_.name = std::move(name);
  signer.key_.kind = kind;
  crypto_sign_seed_keypair(signer.key_.key.data(), signer.secret_.data(), seed.data());
  return signer;
}

Signer Signer::make(std::string name, KeyKind kind) {
  CHECK(sodium_init() >= 0);
  Seed seed;
  randombytes_buf(seed.data(), seed.size());
  Signer signer = from_seed(std::move(name), kind, seed);
  sodium_memzero(seed.data(), seed.size());
  return signer;
}

Result<Signer> Signer::read(std::string_view text) {
  if (!text.starts_with(text_prefix)) return bad_key("a private key begins with PRIVATE+KEY+");
  KeyParts parts = TRY(take_apart(text.substr(text_prefix.size())));
  Seed seed;
  std::copy(parts.bytes.begin() + 1, parts.bytes.end(), seed.begin());
  Signer signer =
      from_seed(std::string(parts.name), static_cast<KeyKind>(parts.bytes.front()), seed);
  sodium_memzero(seed.data(), seed.size());
  sodium_memzero(parts.bytes.data(), parts.bytes.size());
  if (parts.id != hex_of(signer.key_.id())) return bad_key("its number does not belong to it");
  return signer;
}

Signer::~Signer() {
  sodium_memzero(secret_.data(), secret_.size());
}

std::string Signer::secret_text() const {
  Bytes bytes{static_cast<std::uint8_t>(key_.kind)};
  bytes.insert(bytes.end(), secret_.begin(), secret_.begin() + sizeof(Seed));
  return std::string(text_prefix) + key_.name + "+" + hex_of(key_.id()) + "+" + to_base64(bytes);
}

Signature Signer::sign(std::string_view text) const {
  CHECK(key_.kind == KeyKind::note);
  Signature signature{key_.name, key_.id(), Bytes(ed25519_bytes)};
  crypto_sign_detached(signature.bytes.data(), nullptr, as_bytes(text).data(), text.size(),
                       secret_.data());
  return signature;
}

Signature Signer::cosign(std::string_view text, std::uint64_t time) const {
  CHECK(key_.kind == KeyKind::cosignature && time <= static_cast<std::uint64_t>(INT64_MAX));
  const std::string whole = signed_text(key_, text, time);
  Signature signature{key_.name, key_.id(), {}};
  add_big_endian(signature.bytes, time, time_bytes);
  signature.bytes.resize(time_bytes + ed25519_bytes);
  crypto_sign_detached(signature.bytes.data() + time_bytes, nullptr, as_bytes(whole).data(),
                       whole.size(), secret_.data());
  return signature;
}

}  // namespace millwright::math
