#include "framework/search/suspects.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace rigor {
namespace {

using Membership = std::vector<bool>;  // by record: is the combination in it?

// Candidates that stood in the same configurations, together; smallest first.
std::map<Membership, std::vector<Combination>> group_by_membership(std::span<const ConfigurationRecord> records,
                                                                   std::size_t largest) {
  std::map<Combination, Membership> members;
  for (std::size_t record = 0; record < records.size(); ++record)
    for (std::size_t size = 1; size <= largest; ++size)
      for (const Combination& each : combinations_in(records[record].configuration, size)) {
        Membership& in = members[each];
        in.resize(records.size());
        in[record] = true;
      }
  std::map<Membership, std::vector<Combination>> groups;
  for (const auto& [combination, in] : members) groups[in].push_back(combination);
  for (auto& [in, group] : groups) std::ranges::stable_sort(group, {}, &Combination::size);
  return groups;
}

void add(statistics::Count& sum, const statistics::Count& count) {
  sum.hits += count.hits;
  sum.trials += count.trials;
}

Suspect suspect_of(std::span<const ConfigurationRecord> records, const Membership& in,
                   const std::vector<Combination>& group) {
  Suspect suspect;
  suspect.combination = group.front();
  suspect.rivals.assign(group.begin() + 1, group.end());
  for (std::size_t i = 0; i < records.size(); ++i) add(in[i] ? suspect.inside : suspect.outside, records[i].failures);
  suspect.chance = statistics::fisher_more_hits(suspect.inside, suspect.outside);
  return suspect;
}

}  // namespace

std::vector<Suspect> rank_suspects(std::span<const ConfigurationRecord> records, std::size_t largest,
                                   double false_share) {
  std::vector<Suspect> suspects;
  std::vector<double> chances;  // of every candidate, rivals too
  for (const auto& [in, group] : group_by_membership(records, largest)) {
    suspects.push_back(suspect_of(records, in, group));
    chances.insert(chances.end(), group.size(), suspects.back().chance);
  }
  const std::vector<bool> believed = statistics::believable(chances, false_share);
  std::size_t first = 0;
  for (Suspect& each : suspects) {
    each.believable = believed[first];
    first += 1 + each.rivals.size();
  }
  std::erase_if(suspects, [](const Suspect& each) { return each.inside.hits == 0; });
  std::ranges::sort(suspects, [](const Suspect& a, const Suspect& b) {
    if (a.chance != b.chance) return a.chance < b.chance;
    if (a.combination.size() != b.combination.size()) return a.combination.size() < b.combination.size();
    return a.combination < b.combination;
  });
  return suspects;
}

std::string describe(std::span<const Factor> factors, const Suspect& suspect) {
  std::string text =
      fmt::format("{} ({} of {} fail, {} of {} without it)", describe(factors, suspect.combination),
                  suspect.inside.hits, suspect.inside.trials, suspect.outside.hits, suspect.outside.trials);
  for (std::size_t i = 0; i < suspect.rivals.size(); ++i)
    text += (i == 0 ? "; the same configurations: " : ", ") + describe(factors, suspect.rivals[i]);
  return text;
}

}  // namespace rigor
