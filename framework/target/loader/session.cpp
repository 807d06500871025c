#include "framework/target/loader/session.hpp"

#include <array>
#include <tuple>

#include "framework/target/arm/registers.hpp"
#include "framework/target/loader/stub.hpp"
#include "framework/target/poll.hpp"

namespace rigor::loader {
namespace {

// The stub's first instructions take microseconds at any clock of these chips.
constexpr Duration kStartLimit = std::chrono::milliseconds(20);
// A stub that was told to stop may be in the middle of a unit.
constexpr Duration kStopLimit = std::chrono::milliseconds(20);

constexpr std::array kKeptByStub{1U, 2U, 3U, 4U, 5U, 6U, 7U, 8U, 9U, 10U, 11U, 12U, arm::kLinkRegister};

// Thumb, and no IT block or interrupted LDM of the code that was halted (Armv7-M manual B1.4.2).
std::uint32_t status_for_stub(std::uint32_t found) {
  constexpr std::uint32_t kThumb = 1U << 24;
  constexpr std::uint32_t kInterruptible = 0x0600FC00;
  return (found & ~kInterruptible) | kThumb;
}

bool is_known(std::uint32_t state) {
  return state == kRunning || state == kDone || state == kFailed || state == kStopped;
}

// What a core says that cannot be halted, or a bus that does not lead into this RAM.
bool is_refusal(const Error& error) { return error.code() == Code::core_not_halted || error.code() == Code::swd_fault; }

}  // namespace

Result<bool> Session::begin(std::initializer_list<BlockWord> block, ByteView behind) {
  auto held = core_.hold();
  if (!held) {
    if (!is_refusal(held.error())) return fail(std::move(held).error());
    std::ignore = core_.let_go();  // the request to halt must not wait there for later
    return false;
  }
  auto started = start(block, behind);
  if (started && *started) return true;
  const Result<void> restored = give_back();
  if (!started && !is_refusal(started.error())) return started;
  if (!restored) return fail(restored.error());
  return false;
}

Result<void> Session::give_back() {
  if (has_registers_) RIGOR_CHECK(arm::write_registers(probe_, port_, clock_, own_));
  return core_.let_go();
}

Result<bool> Session::start(std::initializer_list<BlockWord> block, ByteView behind) {
  RIGOR_CHECK(arm::read_registers(probe_, port_, clock_, own_));
  has_registers_ = true;
  const auto words = stub_words();
  Bytes image(4 * words.size());
  for (std::size_t i = 0; i < words.size(); ++i) store_le32(image, 4 * i, words[i]);
  for (const BlockWord& word : block) store_le32(image, word.offset, word.value);
  image.insert(image.end(), behind.begin(), behind.end());
  RIGOR_CHECK(probe_.write_memory(port_, base_, image));
  const std::array registers{arm::CoreRegister{arm::kProgramCounter, base_ + at::kEntry},
                             arm::CoreRegister{arm::kStatusRegister, status_for_stub(own_.back().value)}};
  RIGOR_CHECK(arm::write_registers(probe_, port_, clock_, registers));
  RIGOR_CHECK(arm::start_masked(probe_, port_));
  RIGOR_TRY(const bool runs, poll(clock_, kStartLimit, [&]() -> Result<bool> {
              RIGOR_TRY(const Progress seen, look());
              return is_known(seen.state);
            }));
  if (!runs) RIGOR_CHECK(without_value(rest(Duration::zero())));
  return runs;
}

Result<Progress> Session::look() {
  std::array<std::uint8_t, 12> words{};
  RIGOR_CHECK(probe_.read_memory(port_, base_ + at::kState, words));
  return Progress{load_le32(words), load_le32(words, 4), load_le32(words, 8)};
}

// Each step is tried, whatever became of the one before.
Result<void> Session::end(const Progress& last) {
  Result<void> outcome;
  const auto note = [&outcome](Result<void> step) {
    if (outcome && !step) outcome = std::move(step);
  };
  if (last.state == kRunning) note(probe_.write_word(port_, base_ + at::kStop, 1));
  const auto by_itself = rest(kStopLimit);
  note(without_value(by_itself));
  if (by_itself && !*by_itself) note(restore_what_the_stub_kept());
  note(give_back());
  return outcome;
}

Result<bool> Session::rest(Duration limit) {
  RIGOR_TRY(const bool halted, poll(clock_, limit, [&]() -> Result<bool> {
              RIGOR_TRY(const std::uint32_t status, probe_.read_word(port_, arm::kDhcsr));
              return (status & arm::kDhcsrHalted) != 0;
            }));
  // A core of its own: the one at hand remembers how it found the core.
  if (!halted) RIGOR_CHECK(arm::Core(probe_, port_, clock_).hold());
  return halted;
}

Result<void> Session::restore_what_the_stub_kept() {
  std::array<std::uint8_t, 4 * kKeptByStub.size()> kept{};
  RIGOR_CHECK(probe_.read_memory(port_, base_ + at::kSaved, kept));
  std::array<arm::CoreRegister, kKeptByStub.size()> registers{};
  for (std::size_t i = 0; i < registers.size(); ++i) registers[i] = {kKeptByStub[i], load_le32(kept, 4 * i)};
  return arm::write_registers(probe_, port_, clock_, registers);
}

}  // namespace rigor::loader
