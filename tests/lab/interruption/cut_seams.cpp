#include "tests/lab/interruption/cut_seams.hpp"

#include <utility>

namespace rigor::test {
namespace {

std::unexpected<Error> gone() { return fail(Code::io_failed, "this process was killed"); }

class CutDevice final : public UsbDevice {
 public:
  CutDevice(std::unique_ptr<UsbDevice> inner, CutSeams& cut) : inner_(std::move(inner)), cut_(cut) {}

  const UsbIdentity& identity() const override { return inner_->identity(); }
  Result<void> claim(std::uint8_t number) override {
    if (!cut_.pass("usb")) return gone();
    return inner_->claim(number);
  }
  Result<void> write(std::uint8_t endpoint, ByteView data, Duration limit) override {
    if (!cut_.pass("usb")) return gone();
    return inner_->write(endpoint, data, limit);
  }
  // The reply belongs to the command: no point of its own, but a dead process reads nothing.
  Result<std::size_t> read(std::uint8_t endpoint, std::span<std::uint8_t> buffer, Duration limit) override {
    if (!cut_.pass(nullptr)) return gone();
    return inner_->read(endpoint, buffer, limit);
  }
  Result<std::size_t> control(const UsbSetup& setup, std::span<std::uint8_t> data, Duration limit) override {
    if (!cut_.pass("usb")) return gone();
    return inner_->control(setup, data, limit);
  }
  Result<void> clear_halt(std::uint8_t endpoint) override {
    if (!cut_.pass("usb")) return gone();
    return inner_->clear_halt(endpoint);
  }
  Result<void> reset() override {
    if (!cut_.pass("usb")) return gone();
    return inner_->reset();
  }

 private:
  std::unique_ptr<UsbDevice> inner_;
  CutSeams& cut_;
};

class CutOutput final : public OutputLine {
 public:
  CutOutput(std::unique_ptr<OutputLine> inner, CutSeams& cut) : inner_(std::move(inner)), cut_(cut) {}
  Result<EdgeTiming> set(Level level) override {
    if (!cut_.pass("line")) return gone();
    return inner_->set(level);
  }

 private:
  std::unique_ptr<OutputLine> inner_;
  CutSeams& cut_;
};

}  // namespace

class CutSeams::Host final : public UsbHost {
 public:
  Host(UsbHost& inner, CutSeams& cut) : inner_(inner), cut_(cut) {}
  Result<std::vector<UsbIdentity>> list(std::uint16_t vendor) override { return inner_.list(vendor); }
  Result<std::unique_ptr<UsbDevice>> open(const std::string& path) override {
    RIGOR_TRY(auto device, inner_.open(path));
    return std::make_unique<CutDevice>(std::move(device), cut_);
  }
  Event* changed() override { return inner_.changed(); }

 private:
  UsbHost& inner_;
  CutSeams& cut_;
};

class CutSeams::Lines final : public LineDriver {
 public:
  Lines(LineDriver& inner, CutSeams& cut) : inner_(inner), cut_(cut) {}
  LineCapabilities capabilities() const override { return inner_.capabilities(); }
  Result<std::vector<LineInfo>> list() override { return inner_.list(); }
  Result<std::unique_ptr<OutputLine>> request_output(const LineName& name, Drive drive, Level initial) override {
    RIGOR_TRY(auto line, inner_.request_output(name, drive, initial));
    return std::make_unique<CutOutput>(std::move(line), cut_);
  }
  Result<std::unique_ptr<OutputGroup>> request_group(std::span<const OutputRequest> lines) override {
    return inner_.request_group(lines);  // no verb moves a group
  }
  Result<std::unique_ptr<InputLine>> request_input(const LineName& name, Watch watch) override {
    return inner_.request_input(name, watch);
  }

 private:
  LineDriver& inner_;
  CutSeams& cut_;
};

CutSeams::CutSeams(const Seams& inner)
    : inner_(inner),
      host_(std::make_unique<Host>(inner.usb, *this)),
      lines_(std::make_unique<Lines>(inner.lines, *this)) {}

CutSeams::~CutSeams() = default;

Seams CutSeams::seams() { return {*host_, *lines_, inner_.serial, inner_.clock, inner_.timer}; }

void CutSeams::at(std::size_t point, std::function<void()> act) { acts_.emplace_back(point, std::move(act)); }

bool CutSeams::pass(const char* what) {
  if (!counting_ || what == nullptr || dead_) return !dead_;
  points_.emplace_back(what);
  for (const auto& [point, act] : acts_)
    if (point == points_.size()) act();
  return !dead_;
}

}  // namespace rigor::test
