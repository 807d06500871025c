// ST's XML description of an OBK file: which parts it is made of, and making it (debug-authentication.md 14.7).
//
//   RIGOR_TRY(const ObkDescription description, load_obk_description("DA_Config.xml"));
//   RIGOR_TRY(const Secret obk, build_obk(crypto, description));
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "framework/auth/crypto.hpp"
#include "framework/base/result.hpp"
#include "framework/base/secret.hpp"

namespace rigor {

struct ObkElement {
  enum class Kind : std::uint8_t { key_file, password, permissions, data };
  Kind kind = Kind::data;
  std::string name;
  std::string value;         // as written: a path, a password (secret!), a number
  std::size_t width = 0;     // bytes, as written; permissions take 16 whatever it says
  std::size_t shortest = 0;  // of a password; 0: no limit
  int line = 0;              // in the file, from 1
};

struct ObkDescription {
  std::string title;
  std::uint32_t destination = 0;
  bool encrypt = false;
  std::size_t align = 16;
  std::string mcu;          // as written; empty when the file does not say
  bool hash = false;        // SHA-256 of everything after it comes first
  bool credential = false;  // the key or password is hashed: a debug-authentication record
  std::vector<ObkElement> elements;
  std::string output;            // path as written; empty when the file does not say
  std::filesystem::path source;  // the description itself: paths are relative to it
};

// Errors: file_invalid with "FILE:LINE:COLUMN" and what would be right.
[[nodiscard]] Result<ObkDescription> parse_obk_description(std::string_view xml, const std::filesystem::path& source);
[[nodiscard]] Result<ObkDescription> load_obk_description(const std::filesystem::path& path);

// The OBK file. A Secret, since the hash of a password can be guessed offline.
// Errors: those of reading the key file, and file_invalid for a value that does not fit its width.
[[nodiscard]] Result<Secret> build_obk(const Crypto& crypto, const ObkDescription& description);

}  // namespace rigor
