#include "framework/bench/line_jobs.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>
#include <array>

#include "framework/bench/description_words.hpp"

namespace rigor {
namespace {

// Defaults follow from the job: NRST is pulled up on every board and the probe pulls it low too, so it is driven low
// and never high; the others are switched on by a high level.
constexpr std::array<LineJob, 6> kJobs{{
    {"nrst", Level::low, Drive::open_drain, "held", "released"},
    {"power", Level::high, Drive::push_pull, "on", "off"},
    {"boot0", Level::high, Drive::push_pull, "high", "low"},
    {"probe-nrst", Level::high, Drive::push_pull, "on", "off"},   // series relay in the probe's own NRST wire
    {"probe-power", Level::high, Drive::push_pull, "on", "off"},  // the probe's USB supply
    {"aux-", Level::high, Drive::push_pull, "on", "off"},         // anything else, by a name of its own
}};

}  // namespace

const LineJob* find_line_job(std::string_view name) {
  const auto known = std::ranges::find_if(kJobs, [&](const LineJob& job) {
    return job.name.ends_with('-') ? name.starts_with(job.name) && name.size() > job.name.size() && is_name(name)
                                   : name == job.name;
  });
  return known == kJobs.end() ? nullptr : &*known;
}

std::vector<std::string> line_job_names() {
  std::vector<std::string> names;
  names.reserve(kJobs.size());
  for (const LineJob& job : kJobs)
    names.push_back(job.name.ends_with('-') ? fmt::format("{}NAME", job.name) : std::string(job.name));
  return names;
}

std::optional<StateWords> state_words(std::string_view job) {
  const LineJob* const known = find_line_job(job);
  if (known == nullptr) return std::nullopt;
  return StateWords{std::string(known->active_word), std::string(known->inactive_word)};
}

}  // namespace rigor
