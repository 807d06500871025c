#include "framework/image/slot_verdict.hpp"

#include <algorithm>
#include <utility>

#include "framework/image/mcuboot.hpp"

namespace rigor {
namespace {

SlotHeader header_of(ByteView slot) {
  if (parse_mcuboot_header(slot)) return SlotHeader::valid;
  const bool zeros = !slot.empty() && std::ranges::all_of(slot, [](std::uint8_t byte) { return byte == 0; });
  return zeros ? SlotHeader::zeros : SlotHeader::absent;
}

// Behind the padded header; the tags behind the body are the build's too, what follows them is padding.
bool same_body(ByteView slot, ByteView artefact) {
  const auto parsed = parse_mcuboot(artefact);
  if (!parsed) return false;
  const std::size_t begin = parsed->header.header_size;
  const std::size_t end = std::max(parsed->end, parsed->header.body_end());
  if (end > artefact.size() || end > slot.size() || begin >= end) return false;
  return std::ranges::equal(slot.subspan(begin, end - begin), artefact.subspan(begin, end - begin));
}

SlotBody body_of(ByteView slot, ByteView clear, ByteView encrypted) {
  if (!parse_mcuboot_header(slot)) return SlotBody::none;
  if (same_body(slot, clear)) return SlotBody::clear;
  if (encrypted.empty()) return SlotBody::not_clear;
  return same_body(slot, encrypted) ? SlotBody::encrypted : SlotBody::neither;
}

SlotJudgement judgement(SlotVerdict verdict) {
  switch (verdict) {
    case SlotVerdict::good:
      return {verdict, {}, true, "the primary slot holds the image of this build", ""};
    case SlotVerdict::not_installed:
      return {verdict,
              {},
              true,
              "the download slot holds its image, which was never installed: the boot code did not run or refused it, "
              "or this artefact was not to be flashed",
              "reset and let the boot code run, read its console; to start without it flash the clear artefact"};
    case SlotVerdict::wrong_address:
      return {verdict,
              {},
              true,
              "the clear image was written to the download slot's address",
              "write it to the primary slot; check the layout that the programmer's script was made for"};
    case SlotVerdict::corrupted:
      return {verdict,
              {},
              true,
              "the image is neither artefact of this build: damaged, or of another build",
              "read it twice and compare; then a fill-and-verify of both banks with TZEN off"};
    case SlotVerdict::not_programmed:
      return {verdict, {}, true, "neither slot holds an image", "flash the clear artefact to the primary slot"};
    case SlotVerdict::unreadable:
      break;
  }
  return {
      SlotVerdict::unreadable,
      {},
      true,
      "the primary slot reads as zeros: a secure area seen through a non-secure access, no evidence of an empty flash",
      "connect with secure access, or reopen debug first"};
}

SlotJudgement judge_download(const SlotObservation& seen) {
  if (seen.download != SlotHeader::valid) return judgement(SlotVerdict::not_programmed);
  switch (seen.download_body) {
    case SlotBody::encrypted:
      return judgement(SlotVerdict::not_installed);
    case SlotBody::clear:
      return judgement(SlotVerdict::wrong_address);
    case SlotBody::not_clear: {
      SlotJudgement likely = judgement(SlotVerdict::not_installed);
      likely.certain = false;
      return likely;
    }
    case SlotBody::none:
    case SlotBody::neither:
      break;
  }
  return judgement(SlotVerdict::corrupted);
}

}  // namespace

std::string_view slot_verdict_name(SlotVerdict verdict) {
  switch (verdict) {
    case SlotVerdict::good:
      return "good";
    case SlotVerdict::not_installed:
      return "not-installed";
    case SlotVerdict::wrong_address:
      return "wrong-address";
    case SlotVerdict::corrupted:
      return "corrupted";
    case SlotVerdict::not_programmed:
      return "not-programmed";
    case SlotVerdict::unreadable:
      break;
  }
  return "unreadable";
}

SlotObservation observe_slots(ByteView primary, ByteView download, ByteView clear, ByteView encrypted) {
  return {.primary = header_of(primary),
          .download = header_of(download),
          .primary_body = body_of(primary, clear, encrypted),
          .download_body = body_of(download, clear, encrypted)};
}

SlotJudgement judge_slots(const SlotObservation& seen) {
  if (seen.primary == SlotHeader::valid)
    return judgement(seen.primary_body == SlotBody::clear ? SlotVerdict::good : SlotVerdict::corrupted);
  SlotJudgement by_download = judge_download(seen);
  if (seen.primary != SlotHeader::zeros) return by_download;
  SlotJudgement hidden = judgement(SlotVerdict::unreadable);
  if (seen.download == SlotHeader::valid) {
    hidden.suspected = by_download.verdict;
    hidden.certain = by_download.certain;
  }
  return hidden;
}

}  // namespace rigor
