// The part of a strategy that maps an area.
#include <algorithm>

#include "framework/search/strategy.hpp"

namespace rigor::search {
namespace {

constexpr double kCoarse = 10;  // eps of the first cross, in those of the task
constexpr double kCoarseConfidence = 0.8;

Point middle(const Problem& problem, std::size_t cell, std::size_t row) {
  const auto at = [](const Dimension& dim, std::size_t i) {
    return dim.lo + (static_cast<double>(i) + 0.5) / AreaMap::kCells * dim.range();
  };
  return {at(problem.dims[0], cell), at(problem.dims[1], row)};
}

}  // namespace

// A rough cross through the hit gives the scale, a level set the shape.
Routine<bool> Strategy::measure_area(Trial hit) {
  doing_ = "size of the area";
  current_.emplace(problem_, hit.x,
                   WindowEdges::Settings{
                       .flake = problem_.task.assumed_flake, .confidence = kCoarseConfidence, .eps_scale = kCoarse});
  current_->tell(hit);
  auto closing = close_in(hit, *current_);
  if (!co_await closing) {
    current_.reset();
    co_return false;
  }
  auto mapping = map_area(hit, *current_);
  co_await mapping;
  FoundWindow window = describe(*current_);
  enclose(window);
  window.certain = area_->settled();
  found_.push_back({*current_, hit.number, std::move(window), *area_});
  area_.reset();
  current_.reset();
  co_return true;
}

Routine<> Strategy::map_area(const Trial& hit, const WindowEdges& edges) {
  Point chord;
  for (std::size_t i = 0; i < 2; ++i) chord.push_back(edges.edge(i, true).at - edges.edge(i, false).at);
  area_.emplace(problem_, hit.x, chord, problem_.task.assumed_flake);
  for (const Trial& trial : desk_.trials()) area_->tell(trial);
  doing_ = "area";
  while (const std::optional<Point> point = area_->next()) {
    const Trial trial = co_await desk_.play(*point);
    area_->tell(trial);
  }
}

// The edges of what encloses the area that was mapped.
void Strategy::enclose(FoundWindow& window) const {
  for (std::size_t i = 0; i < 2; ++i) {
    const Dimension& dim = problem_.dims[i];
    const double step = dim.range() / AreaMap::kCells;
    const Box& box = area_->extent();
    window.lo[i] = {box.lo[i], box.lo[i] - step, box.lo[i] + step, 0.95, box.lo[i] - step <= dim.lo, {}};
    window.hi[i] = {box.hi[i], box.hi[i] - step, box.hi[i] + step, 0.95, box.hi[i] + step >= dim.hi, {}};
  }
}

Routine<> Strategy::shape(Trial hit, FoundWindow window) {
  window.box = false;
  window.certain = false;
  if (problem_.dims.size() == 2) {
    auto mapping = map_area(hit, *current_);
    co_await mapping;
    enclose(window);
  }
  found_.push_back({*current_, hit.number, std::move(window), area_});
  area_.reset();
  current_.reset();
}

AreaMap Strategy::draw_map() const {
  AreaMap map;
  for (std::size_t row = 0; row < AreaMap::kCells; ++row) {
    std::string& line = map.rows.emplace_back(AreaMap::kCells, '0');
    for (std::size_t cell = 0; cell < AreaMap::kCells; ++cell) {
      const Point x = middle(problem_, cell, row);
      const bool found =
          std::ranges::any_of(found_, [&](const Found& each) { return each.area && each.area->inside(x); });
      if (found || (area_ && area_->inside(x))) line[cell] = '1';
    }
  }
  return map;
}

}  // namespace rigor::search
