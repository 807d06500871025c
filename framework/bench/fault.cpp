#include "framework/bench/fault.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <tuple>
#include <utility>

namespace rigor {

namespace {

// Blank up to the column, tabs kept, so that the caret stands under its character whatever the tab width is.
std::string caret_line(const std::string& source, std::size_t column) {
  std::string line;
  std::size_t at = 0;
  for (std::size_t character = 1; character < column; ++character) {
    line += at < source.size() && source[at] == '\t' ? '\t' : ' ';
    if (at < source.size()) ++at;
    while (at < source.size() && (static_cast<unsigned char>(source[at]) & 0xC0U) == 0x80U) ++at;
  }
  return line + '^';
}

bool same(const Fault& a, const Fault& b) {
  return std::tie(a.line, a.column, a.file, a.message) == std::tie(b.line, b.column, b.file, b.message);
}

}  // namespace

std::string format_fault(const Fault& fault) {
  std::string text = fault.line == 0
                         ? fmt::format("{}: error: {}", fault.file, fault.message)
                         : fmt::format("{}:{}:{}: error: {}", fault.file, fault.line, fault.column, fault.message);
  if (!fault.hint.empty()) text += ", " + fault.hint;
  return text;
}

std::string describe_fault(const Fault& fault) {
  if (fault.line == 0 || fault.source.empty()) return format_fault(fault);
  return fmt::format("{}\n{}\n{}", format_fault(fault), fault.source, caret_line(fault.source, fault.column));
}

void Faults::add(const Place& place, std::string message, std::string hint) {
  Fault fault{place.file, place.line, place.column, std::move(message), std::move(hint), place.source};
  if (faults_.size() == kMost) return;
  if (std::ranges::none_of(faults_, [&](const Fault& known) { return same(known, fault); })) {
    faults_.push_back(std::move(fault));
  }
}

std::vector<Fault> Faults::sorted() const {
  std::vector<std::string> files;
  for (const Fault& fault : faults_) {
    if (std::ranges::find(files, fault.file) == files.end()) files.push_back(fault.file);
  }
  // The position decides last, so that faults at one place keep their order.
  const auto key = [&](std::size_t position) {
    const Fault& fault = faults_[position];
    const auto file = std::ranges::find(files, fault.file) - files.begin();
    return std::tuple(file, fault.line, fault.column, position);
  };
  std::vector<std::size_t> order(faults_.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::sort(order, {}, key);
  std::vector<Fault> faults;
  faults.reserve(order.size());
  for (const std::size_t position : order) faults.push_back(faults_[position]);
  return faults;
}

std::string Faults::describe() const {
  std::string text;
  for (const Fault& fault : sorted()) {
    if (!text.empty()) text += '\n';
    text += describe_fault(fault);
  }
  return text;
}

Error Faults::to_error() const {
  const std::vector<Fault> faults = sorted();
  Error error(Code::file_invalid, format_fault(faults.front()));
  for (std::size_t i = 1; i < faults.size(); ++i) {
    error = std::move(error).because(Error(Code::file_invalid, format_fault(faults[i])));
  }
  return error;
}

}  // namespace rigor
