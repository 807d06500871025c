// The vectors of tests/data/da and small readers for them.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "framework/auth/crypto.hpp"
#include "framework/base/bytes.hpp"
#include "framework/base/durable_file.hpp"

namespace rigor::vectors {

inline std::filesystem::path path(std::string_view name) {
  return std::filesystem::path(RIGOR_SOURCE_DIR "/tests/data/da") / name;
}

inline Bytes bytes(std::string_view name) {
  auto content = read_file(path(name));
  EXPECT_TRUE(content.has_value()) << name;
  return content.value_or(Bytes());
}

inline Bytes as_bytes(std::string_view text) { return {text.begin(), text.end()}; }

inline nlohmann::json json(std::string_view name) {
  std::ifstream file(path(name));
  EXPECT_TRUE(file.good()) << name;
  return nlohmann::json::parse(file);
}

inline std::vector<std::uint32_t> words(const nlohmann::json& list) {
  std::vector<std::uint32_t> result;
  for (const auto& word : list)
    result.push_back(static_cast<std::uint32_t>(std::stoul(word.get<std::string>(), nullptr, 16)));
  return result;
}

inline Crypto crypto() {
  auto made = Crypto::create();
  if (!made) std::abort();
  return *made;
}

template <std::size_t N>
std::array<std::uint8_t, N> array_from_hex(std::string_view hex) {
  std::array<std::uint8_t, N> result{};
  const auto decoded = from_hex(hex);
  EXPECT_TRUE(decoded && decoded->size() == N) << hex;
  if (decoded && decoded->size() == N) std::copy(decoded->begin(), decoded->end(), result.begin());
  return result;
}

inline const std::string kRootHash = "535f40986493859d5d373d229ee4af383394e4c39acf41bec8f9d0d7e184e5b8";
inline const std::string kPasswordHash = "e816e19eb0db9f11f8abcefadc7eb8ce3b1dbafa91a428b615a19911880efb7a";
inline const std::string kPasswordText = "synthetic-pass-1";

}  // namespace rigor::vectors
