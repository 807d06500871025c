// Is the right image in the right slot? (stm32h5.md 8.2, field report SEED-002)
//
// Two artefacts come from one application: the clear one (*_init_sign.hex) belongs to the primary slot, the encrypted
// one (*_enc_sign.hex) to the download slot, from which the boot code installs it. What lies where says what went
// wrong.
//
//   const SlotJudgement judgement = judge_slots(observe_slots(primary, download, clear, encrypted));
//
// Pure: bytes in, verdict out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "framework/base/bytes.hpp"

namespace rigor {

enum class SlotHeader : std::uint8_t {
  valid,   // an image header
  absent,  // something else, or erased
  zeros,   // nothing but 0x00: how a secure area reads through a non-secure access; erased flash reads 0xFF
};

// What a slot's body is, against the two artefacts of the build at hand.
enum class SlotBody : std::uint8_t {
  none,       // there is no image
  clear,      // the clear artefact
  encrypted,  // the encrypted one
  not_clear,  // not the clear one, and there is no encrypted one to compare with
  neither,
};

struct SlotObservation {
  SlotHeader primary = SlotHeader::absent;
  SlotHeader download = SlotHeader::absent;
  SlotBody primary_body = SlotBody::none;
  SlotBody download_body = SlotBody::none;
};

// `primary` and `download` are what the slots hold, from their headers on; the artefacts begin with their headers too.
// An empty `encrypted` is one that is not at hand.
[[nodiscard]] SlotObservation observe_slots(ByteView primary, ByteView download, ByteView clear, ByteView encrypted);

enum class SlotVerdict : std::uint8_t {
  good,
  not_installed,   // the download slot holds its image, and the boot code has not installed it
  wrong_address,   // the clear image was written where the download slot is
  corrupted,       // an image that is neither artefact: damaged, or of another build
  not_programmed,  // no image anywhere
  unreadable,      // zeros: no evidence of an empty flash
};
[[nodiscard]] std::string_view slot_verdict_name(SlotVerdict verdict);  // "not-installed"

struct SlotJudgement {
  SlotVerdict verdict = SlotVerdict::corrupted;
  // What the download slot alone speaks for, where the primary slot could not be read.
  std::optional<SlotVerdict> suspected;
  bool certain = true;  // false: the encrypted artefact was missing, and could have told it from `corrupted`
  std::string meaning;
  std::string next;  // what to do about it
};
[[nodiscard]] SlotJudgement judge_slots(const SlotObservation& seen);

}  // namespace rigor
