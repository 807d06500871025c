// ST's XML description of an OBK file: which parts it is made of, and making it (debug-authentication.md 14.7).
//
//   Faults faults;
//   const auto description = load_obk_description("DA_Config.xml", faults);
//   if (!description) return fail(faults.to_error());
//   RIGOR_TRY(const Secret obk, build_obk(crypto, *description));
//
// Any OBK description is read, so that it can be shown; only debug-authentication records are built. Entities other
// than XML's own five and document type declarations are refused: a description needs neither, and what an entity
// stands for is not looked up. Passwords and data inside may be secrets and stay in a Secret; messages never quote
// them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "framework/auth/crypto.hpp"
#include "framework/auth/part.hpp"
#include "framework/auth/permissions.hpp"
#include "framework/base/result.hpp"
#include "framework/base/secret.hpp"
#include "framework/bench/fault.hpp"

namespace rigor {

inline constexpr std::size_t kMostObkDescription = std::size_t{256} * 1024;  // bytes; ST's have 1 to 8 KiB

struct ObkElement {
  enum class Kind : std::uint8_t {
    key_file,     // File
    password,     // Text
    permissions,  // Permission
    data,         // Data, List, Bool: a number, possibly a key of the user's
  };
  Kind kind = Kind::data;
  std::string name;
  std::string value;         // as written, of a key file (its path) and of permissions; otherwise empty
  Permissions permissions;   // of Kind::permissions
  Secret password;           // of Kind::password, otherwise empty
  Secret data;               // of Kind::data as written, otherwise empty
  std::size_t width = 0;     // bytes, as written; the permissions of a record take 16 whatever it says
  std::size_t shortest = 0;  // of a password; 0: no limit
  std::string key_type;      // of a key file: "ecdsa-p256"
  bool public_half = false;  // of a key file: only its public half is taken
  bool reserved = false;     // of data: nothing that a person is to change
  Place place;               // of the value
};

struct ObkDescription {
  std::string title;
  std::uint32_t destination = 0;
  bool encrypt = false;
  std::size_t align = 16;   // bytes to which the payload is filled up: H5 16, H7RS 32
  std::string mcu;          // as written; empty when the file does not say
  bool hash = false;        // SHA-256 of everything after it comes first
  bool credential = false;  // the key or password is hashed: a debug-authentication record
  std::vector<ObkElement> elements;
  std::string output;            // path as written; empty when the file does not say
  std::filesystem::path source;  // the description itself: paths are relative to it
  Place place;                   // of the destination

  // A path as written in it, with / or \ between folders, from where the program runs.
  [[nodiscard]] std::filesystem::path resolve(std::string_view written) const;
};

// Nothing is returned exactly when a fault was added. Faults never carry lines of the file, which may hold a password.
[[nodiscard]] std::optional<ObkDescription> parse_obk_description(std::string_view xml,
                                                                  const std::filesystem::path& source, Faults& faults);
[[nodiscard]] std::optional<ObkDescription> load_obk_description(const std::filesystem::path& path, Faults& faults);
// The same with the faults as an error. Errors: file_invalid with "FILE:LINE:COLUMN" and what would be right.
[[nodiscard]] Result<ObkDescription> parse_obk_description(std::string_view xml, const std::filesystem::path& source);

// The numbers of a description: hexadecimal with or without 0x, no sign. Nothing for what is none or has over 128 bits.
[[nodiscard]] std::optional<Permissions> parse_hex_mask(std::string_view text);

// The family that the description's destination belongs to; absent for one that belongs to none we know.
[[nodiscard]] std::optional<Family> family_of(const ObkDescription& description);

// Every reason why the description is for another part: destination, alignment, MCU, method. The encryption flag is not
// among them: a wrong one is made with a warning, since sources about it are not unanimous.
[[nodiscard]] std::vector<std::string> misfits(const ObkDescription& description, const Part& part);

// The OBK file of a debug-authentication record. A Secret, since the hash of a password can be guessed offline.
// Errors: file_invalid with the place for a value that does not fit and for a key file that cannot be read, and for a
// description of something else.
[[nodiscard]] Result<Secret> build_obk(const Crypto& crypto, const ObkDescription& description);

}  // namespace rigor
