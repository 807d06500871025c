#include "tests/unit/target/thumb_machine.hpp"

#include <bit>

namespace rigor::test {
namespace {

constexpr std::uint32_t kN = 1U << 31;
constexpr std::uint32_t kZ = 1U << 30;
constexpr std::uint32_t kC = 1U << 29;
constexpr std::uint32_t kV = 1U << 28;

constexpr std::uint32_t bits(std::uint32_t word, unsigned high, unsigned low) {
  return (word >> low) & ((2U << (high - low)) - 1);
}

// ThumbExpandImm.
std::uint32_t expand(std::uint32_t first, std::uint32_t second) {
  const std::uint32_t immediate = bits(first, 10, 10) << 11 | bits(second, 14, 12) << 8 | bits(second, 7, 0);
  const std::uint32_t byte = immediate & 0xFF;
  switch (bits(immediate, 11, 8)) {
    case 0:
      return byte;
    case 1:
      return byte << 16 | byte;
    case 2:
      return byte << 24 | byte << 8;
    case 3:
      return byte * 0x01010101U;
    default:
      return std::rotr(0x80U | (immediate & 0x7F), static_cast<int>(bits(immediate, 11, 7)));
  }
}

}  // namespace

void ThumbMachine::set_nz(std::uint32_t value) { flags = (flags & ~(kN | kZ)) | (value & kN) | (value == 0 ? kZ : 0); }

std::uint32_t ThumbMachine::add(std::uint32_t a, std::uint32_t b, bool carry, bool set) {
  const std::uint64_t wide = std::uint64_t{a} + b + (carry ? 1 : 0);
  const auto sum = static_cast<std::uint32_t>(wide);
  if (set) {
    set_nz(sum);
    flags = (flags & ~(kC | kV)) | (wide >> 32 != 0 ? kC : 0) | (((a ^ sum) & (b ^ sum)) >> 31 != 0 ? kV : 0);
  }
  return sum;
}

std::uint32_t ThumbMachine::shift(std::uint32_t value, unsigned type, unsigned amount, bool set) {
  if (amount == 0) return value;
  const bool right = type == 1;
  const bool carry = ((right ? value >> (amount - 1) : value >> (32 - amount)) & 1U) != 0;
  if (set) flags = (flags & ~kC) | (carry ? kC : 0);
  return right ? value >> amount : value << amount;
}

bool ThumbMachine::passes(std::uint32_t condition) const {
  const bool n = (flags & kN) != 0, z = (flags & kZ) != 0, c = (flags & kC) != 0, v = (flags & kV) != 0;
  bool result = true;
  switch (condition >> 1) {
    case 0:
      result = z;
      break;
    case 1:
      result = c;
      break;
    case 2:
      result = n;
      break;
    case 3:
      result = v;
      break;
    case 4:
      result = c && !z;
      break;
    case 5:
      result = n == v;
      break;
    case 6:
      result = !z && n == v;
      break;
    default:
      return true;
  }
  return (condition & 1) != 0 ? !result : result;
}

ThumbMachine::Step ThumbMachine::step() {
  const std::uint32_t code = half(r[15]);
  const bool is_wide = code >> 11 >= 0x1D;
  const std::uint32_t second = is_wide ? half(r[15] + 2) : 0;
  next_ = r[15] + (is_wide ? 4 : 2);
  if ((code & 0xFF00) == 0xBF00 && (code & 0xF) != 0) {  // IT
    conditions_ = code & 0xFF;
    r[15] = next_;
    return Step::done;
  }
  bool skipped = false;
  if (conditions_ != 0) {
    skipped = !passes(conditions_ >> 4);
    conditions_ = (conditions_ & 7) == 0 ? 0 : (conditions_ & 0xE0) | ((conditions_ << 1) & 0x1F);
  }
  const Step outcome = skipped ? Step::done : is_wide ? wide(code, second) : narrow(code);
  if (outcome == Step::done) r[15] = next_;
  return outcome;
}

bool ThumbMachine::data_processing(std::uint32_t code) {
  std::uint32_t& d = r[code & 7];
  const std::uint32_t m = r[bits(code, 5, 3)];
  // In an IT block these do not touch the flags; the stub's only one there is EOR.
  switch (bits(code, 9, 6)) {
    case 0:
      set_nz(d &= m);
      return true;
    case 1:
      d ^= m;
      set_nz(d);
      return true;
    case 8:
      set_nz(d & m);
      return true;
    case 10:
      add(d, ~m, true, true);
      return true;
    case 14:
      set_nz(d &= ~m);
      return true;
    case 15:
      set_nz(d = ~m);
      return true;
    default:
      return false;
  }
}

bool ThumbMachine::special(std::uint32_t code) {
  const unsigned d = (code & 7) | bits(code, 7, 7) << 3;
  const unsigned m = bits(code, 6, 3);
  switch (bits(code, 9, 8)) {
    case 0:
      r[d] += r[m];
      return true;
    case 1:
      add(r[d], ~r[m], true, true);
      return true;
    case 2:
      r[d] = r[m];
      return true;
    default:
      if ((code & 0x80) != 0) return false;
      next_ = r[m] & ~1U;
      return true;
  }
}

ThumbMachine::Step ThumbMachine::narrow(std::uint32_t code) {
  const auto known = [](bool good) { return good ? Step::done : Step::fault; };
  std::uint32_t& low = r[code & 7];
  std::uint32_t& named = r[bits(code, 10, 8)];
  const std::uint32_t byte = code & 0xFF;
  switch (code >> 11) {
    case 0:
    case 1:
      low = shift(r[bits(code, 5, 3)], code >> 11, bits(code, 10, 6), true);
      set_nz(low);
      return Step::done;
    case 3: {
      const std::uint32_t operand = bits(code, 10, 10) != 0 ? bits(code, 8, 6) : r[bits(code, 8, 6)];
      const bool minus = bits(code, 9, 9) != 0;
      low = add(r[bits(code, 5, 3)], minus ? ~operand : operand, minus, true);
      return Step::done;
    }
    case 4:
      set_nz(named = byte);
      return Step::done;
    case 5:
      add(named, ~byte, true, true);
      return Step::done;
    case 6:
      named = add(named, byte, false, true);
      return Step::done;
    case 7:
      named = add(named, ~byte, true, true);
      return Step::done;
    case 8:
      return known(bits(code, 10, 10) != 0 ? special(code) : data_processing(code));
    case 9:
      named = load(((r[15] + 4) & ~3U) + 4 * byte, 4);
      return Step::done;
    case 12:
      store(r[bits(code, 5, 3)] + 4 * bits(code, 10, 6), low);
      return Step::done;
    case 13:
      low = load(r[bits(code, 5, 3)] + 4 * bits(code, 10, 6), 4);
      return Step::done;
    case 22:
    case 23:
      if (code == 0xBE00) return Step::breakpoint;
      if ((code & 0xFFC0) != 0xB2C0) return Step::fault;
      low = r[bits(code, 5, 3)] & 0xFF;  // UXTB
      return Step::done;
    case 24:
    case 25: {
      std::uint32_t at = named;
      for (unsigned i = 0; i < 8; ++i) {
        if ((byte >> i & 1) == 0) continue;
        if (code >> 11 == 25) r[i] = load(at, 4);
        if (code >> 11 == 24) store(at, r[i]);
        at += 4;
      }
      named = at;
      return Step::done;
    }
    case 26:
    case 27:
      if (bits(code, 11, 8) >= 14) return Step::fault;
      if (passes(bits(code, 11, 8))) next_ = r[15] + 4 + (byte << 1) - ((byte & 0x80) != 0 ? 512 : 0);
      return Step::done;
    case 28:
      next_ = r[15] + 4 + (bits(code, 10, 0) << 1) - ((code & 0x400) != 0 ? 4096 : 0);
      return Step::done;
    default:
      return Step::fault;
  }
}

bool ThumbMachine::wide_memory(std::uint32_t first, std::uint32_t second) {
  const std::uint32_t base = r[first & 15];
  std::uint32_t& t = r[second >> 12];
  switch (first & 0xFFF0) {
    case 0xF8D0:
      t = load(base + bits(second, 11, 0), 4);
      return true;
    case 0xF8C0:
      store(base + bits(second, 11, 0), t);
      return true;
    case 0xF850:
      if (bits(second, 11, 6) != 0) return false;
      t = load(base + (r[second & 15] << bits(second, 5, 4)), 4);
      return true;
    case 0xF840:
      if (bits(second, 11, 8) == 0xC) {
        store(base - bits(second, 7, 0), t);
      } else if (bits(second, 11, 6) == 0) {
        store(base + (r[second & 15] << bits(second, 5, 4)), t);
      } else {
        return false;
      }
      return true;
    case 0xF810:
      if (bits(second, 11, 8) != 0xB) return false;
      t = load(base, 1);
      r[first & 15] = base + bits(second, 7, 0);
      return true;
    case 0xE880:
    case 0xE890:
      for (unsigned i = 0, at = base; i < 15; ++i) {
        if ((second >> i & 1) == 0) continue;
        if ((first & 0x10) != 0) r[i] = load(at, 4);
        if ((first & 0x10) == 0) store(at, r[i]);
        at += 4;
      }
      return true;
    default:
      return false;
  }
}

bool ThumbMachine::wide_immediate(std::uint32_t first, std::uint32_t second) {
  const std::uint32_t n = r[first & 15];
  std::uint32_t& d = r[bits(second, 11, 8)];
  if (first == 0xF2AF) {  // ADR backwards
    d = ((r[15] + 4) & ~3U) - (bits(second, 14, 12) << 8 | bits(second, 7, 0));
    return true;
  }
  const std::uint32_t value = expand(first, second);
  switch (first & 0xFBF0) {
    case 0xF040:
      if ((first & 15) != 15) return false;
      d = value;
      return true;
    case 0xF010:
      set_nz(d = n & value);
      return true;
    case 0xF030:
      set_nz(d = n & ~value);
      return true;
    case 0xF100:
      d = n + value;
      return true;
    case 0xF3C0:  // UBFX
      d = (n >> (bits(second, 14, 12) << 2 | bits(second, 7, 6))) & ((2U << (second & 31)) - 1);
      return true;
    default:
      return false;
  }
}

bool ThumbMachine::wide_register(std::uint32_t first, std::uint32_t second) {
  const std::uint32_t m =
      shift(r[second & 15], bits(second, 5, 4), bits(second, 14, 12) << 2 | bits(second, 7, 6), false);
  const std::uint32_t n = r[first & 15];
  switch (first & 0xFFF0) {
    case 0xEA10:
      if (bits(second, 11, 8) != 15) return false;
      set_nz(n & m);  // TST
      return true;
    case 0xEA80:
      r[bits(second, 11, 8)] = n ^ m;
      return true;
    case 0xEBA0:
      r[bits(second, 11, 8)] = n - m;
      return true;
    default:
      return false;
  }
}

ThumbMachine::Step ThumbMachine::wide(std::uint32_t first, std::uint32_t second) {
  if (first == 0xF3BF && (second & 0xFFD0) == 0x8F40) return Step::done;  // DSB, and DMB below
  if (first == 0xF3BF && second == 0x8F5F) return Step::done;
  if ((first & 0xF800) == 0xF000 && (second & 0xD000) == 0xD000) {  // BL
    const std::uint32_t s = bits(first, 10, 10);
    const std::uint32_t high =
        (s != 0 ? 0xFF000000U : 0) | (~(bits(second, 13, 13) ^ s) & 1) << 23 | (~(bits(second, 11, 11) ^ s) & 1) << 22;
    r[14] = next_ | 1;
    next_ = r[15] + 4 + (high | bits(first, 9, 0) << 12 | bits(second, 10, 0) << 1);
    return Step::done;
  }
  const std::uint32_t group = first >> 9;
  const bool good = group == 0x7C || (first & 0xFFC0) == 0xE880 ? wide_memory(first, second)
                    : first >> 12 == 0xF                        ? wide_immediate(first, second)
                                                                : wide_register(first, second);
  return good ? Step::done : Step::fault;
}

}  // namespace rigor::test
