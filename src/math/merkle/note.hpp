#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"

namespace millwright::math {

// Signed notes (C2SP signed-note): a text, an empty line, and a line for each signature.

using PublicKey = std::array<std::uint8_t, 32>;  // Ed25519

// What a key signs: notes as they are, or checkpoints that a witness has seen (C2SP
// tlog-cosignature, with the time). Its value is the type byte of the key.
enum class KeyKind : std::uint8_t { note = 1, cosignature = 4 };

struct VerifierKey {
  std::string name;
  KeyKind kind = KeyKind::note;
  PublicKey key{};
  std::uint32_t id() const;  // the short number that stands in signatures
  friend bool operator==(const VerifierKey&, const VerifierKey&) = default;
};

// "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
std::string to_text(const VerifierKey& key);
// Errors: invalid, with what is wrong.
Result<VerifierKey> read_verifier_key(std::string_view text);
// Not empty, without spaces, plus signs and control characters; UTF-8.
bool is_key_name(std::string_view name);

struct Signature {
  std::string name;
  std::uint32_t key_id = 0;
  Bytes bytes;  // without the number of the key
  friend bool operator==(const Signature&, const Signature&) = default;
};
std::string to_line(const Signature& signature);  // ends in a line feed

struct Note {
  std::string text;  // ends in a line feed
  std::vector<Signature> signatures;
};

inline constexpr std::size_t note_bytes_max = std::size_t{256} << 10U;
inline constexpr std::size_t note_signatures_max = 100;

// The form alone: no signature is checked. Errors: corrupt, with what is wrong.
Result<Note> read_note(std::string_view text);
std::string to_text(const Note& note);

// Of one of `keys`, found true.
struct Signed {
  std::size_t key = 0;
  std::uint64_t time = 0;  // of a cosignature: seconds since 1970
};
// Which of the keys signed the note; each at most once. Signatures of unknown keys are passed over.
// Errors: refused, when no known key signed it; corrupt, when a known key's signature is false.
Result<std::vector<Signed>> check_note(const Note& note, std::span<const VerifierKey> keys);

// A private key. It is wiped from memory when it goes.
class Signer {
 public:
  using Seed = std::array<std::uint8_t, 32>;
  static constexpr std::string_view text_prefix = "PRIVATE+KEY+";

  // Shape: is_key_name(name).
  static Signer from_seed(std::string name, KeyKind kind, const Seed& seed);
  static Signer make(std::string name,
                     KeyKind kind);  // a new key, from the system's random numbers
  // "PRIVATE+KEY+NAME+ID+BASE64", as golang.org/x/mod/sumdb/note writes it. Errors: invalid.
  static Result<Signer> read(std::string_view text);
  Signer(const Signer&) = delete;
  Signer& operator=(const Signer&) = delete;
  Signer(Signer&& other) noexcept = default;
  Signer& operator=(Signer&& other) noexcept = default;
  ~Signer();

  const VerifierKey& key() const { return key_; }
  std::string secret_text() const;
  // Shape: a key for notes.
  Signature sign(std::string_view text) const;
  // Shape: a key for cosignatures. `time`: seconds since 1970, below 2^63.
  Signature cosign(std::string_view text, std::uint64_t time) const;

 private:
  Signer() = default;
  VerifierKey key_;
  std::array<std::uint8_t, 64> secret_{};
};

}  // namespace millwright::math
