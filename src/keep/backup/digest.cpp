#include <sodium.h>

#include <new>

#include "keep/backup/backup.hpp"

namespace millwright::keep {
namespace {

using State = crypto_hash_sha256_state;

State& state_in(std::array<std::uint8_t, 128>& room) {
  static_assert(sizeof(State) <= sizeof room && std::is_trivially_copyable_v<State>);
  return *std::launder(reinterpret_cast<State*>(room.data()));
}

}  // namespace

Digest::Digest() {
  crypto_hash_sha256_init(new (state_.data()) State);
}

void Digest::add(ByteView bytes) {
  crypto_hash_sha256_update(&state_in(state_), bytes.data(), bytes.size());
}

std::string Digest::hex() {
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256_final(&state_in(state_), digest.data());
  std::string text(digest.size() * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), digest.data(), digest.size());
  text.pop_back();
  return text;
}

}  // namespace millwright::keep
