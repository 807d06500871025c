#include "framework/auth/part.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "framework/base/suggest.hpp"

namespace rigor {
namespace {

constexpr Part h5(std::string_view name, std::uint32_t device_id, bool encrypts, bool confirmed = true) {
  return {.name = name, .device_id = device_id, .encrypts = encrypts, .encrypts_confirmed = confirmed};
}
constexpr Part h7rs(std::string_view name) { return {.name = name, .family = Family::stm32h7rs, .device_id = 0x485}; }

// The device ids of H553 and H5F5 are unknown (section 20, row 18).
constexpr std::array<Part, 12> kParts = {{
    {.name = "H503",
     .device_id = 0x474,
     .encrypts = false,
     .takes_certificate = false,
     .record_in_otp = true,
     .password_nominal = 16},
    h5("H523", 0x478, false, false),
    h5("H533", 0x478, true),
    h5("H553", 0, true),
    h5("H562", 0x484, false),
    h5("H563", 0x484, false),
    h5("H573", 0x484, true),
    h5("H5F5", 0, true),
    h7rs("H7R3"),
    h7rs("H7R7"),
    h7rs("H7S3"),
    h7rs("H7S7"),
}};

}  // namespace

std::span<const Part> all_parts() { return kParts; }

Result<const Part*> find_part(std::string_view text) {
  std::string name(text);
  std::ranges::transform(name, name.begin(), [](unsigned char letter) { return std::toupper(letter); });
  if (name.starts_with("STM32")) name.erase(0, 5);
  for (const Part& part : kParts)
    if (name.starts_with(part.name)) return &part;
  std::vector<std::string> known;
  for (const Part& part : kParts) known.emplace_back(part.name);
  return fail(Error(Code::name_unknown, fmt::format("no part with debug authentication is called '{}'", text))
                  .hint(suggestion(name, known)));
}

}  // namespace rigor
