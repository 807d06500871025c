#include "framework/auth/algorithm.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace rigor {
namespace {

constexpr std::array<AlgorithmFacts, 13> kAlgorithms = {{
    {0x01, "ecdsa-p256", 64, 32, 64, HashKind::sha256, true, true},
    {0x02, "ecdsa-p521", 132, 64, 132, HashKind::sha512, true, true},
    {0x03, "rsa-3072", 384, 32, 384, HashKind::sha256, true, false},
    {0x04, "rsa-4096", 512, 32, 512, HashKind::sha256, true, false},
    {0x05, "ed25519ph", 32, 64, 64, HashKind::sha512, false, false},
    {0x06, "ed448ph", 60, 64, 116, HashKind::other, false, false},
    {0x07, "sm2", 64, 32, 64, HashKind::other, false, false},
    {0x08, "cmac-aes", 16, 16, 16, HashKind::other, false, false},
    {0x09, "hmac-sha256", 32, 32, 32, HashKind::sha256, false, false},
    {0x0A, "ecdsa-p384", 96, 48, 96, HashKind::sha384, true, true},
    {0x0B, "ml-dsa-44", 1312, 32, 2420, HashKind::other, false, false},
    {0x0C, "ml-dsa-65", 1952, 48, 3312, HashKind::other, false, false},
    {0x0D, "ml-dsa-87", 2592, 64, 4628, HashKind::other, false, false},
}};

}  // namespace

const AlgorithmFacts* find_algorithm(std::uint8_t id) {
  const auto found = std::ranges::find(kAlgorithms, id, &AlgorithmFacts::id);
  return found == kAlgorithms.end() ? nullptr : &*found;
}

const AlgorithmFacts* find_algorithm(std::string_view name) {
  const auto found = std::ranges::find(kAlgorithms, name, &AlgorithmFacts::name);
  return found == kAlgorithms.end() ? nullptr : &*found;
}

std::string algorithm_name(std::uint8_t id) {
  if (id == kStPassword) return "st-password";
  const AlgorithmFacts* facts = find_algorithm(id);
  return facts != nullptr ? std::string(facts->name) : fmt::format("algorithm 0x{:02x}", id);
}

}  // namespace rigor
