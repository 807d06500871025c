// The order in which a search looks for things (docs/search.md). Only solver.cpp and strategy*.cpp include this.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "framework/search/area_search.hpp"
#include "framework/search/exclusion.hpp"
#include "framework/search/line_scan.hpp"
#include "framework/search/report.hpp"
#include "framework/search/routine.hpp"
#include "framework/search/space_scan.hpp"
#include "framework/search/trial_desk.hpp"
#include "framework/search/window_edges.hpp"

namespace rigor::search {

class Strategy {
 public:
  Strategy(Problem problem, std::uint64_t seed);
  Strategy(const Strategy&) = delete;
  Strategy& operator=(const Strategy&) = delete;

  [[nodiscard]] std::optional<Point> next() const;
  void tell(const Outcome& outcome) { desk_.answer(outcome); }
  [[nodiscard]] Report report() const;
  [[nodiscard]] std::string progress() const;

 private:
  struct Found {
    WindowEdges edges;
    std::size_t hit;  // number of the trial
    FoundWindow window;
    std::optional<AreaSearch> area;
  };

  Routine<> run();
  Routine<std::optional<Trial>> find_hit();
  // False: the hit was a false pass.
  Routine<bool> measure(Trial hit);
  // The same for a window of any shape in two dimensions.
  Routine<bool> measure_area(Trial hit);
  Routine<bool> close_in(Trial hit, WindowEdges& edges);
  Routine<> refine();
  Routine<bool> stands(Trial hit, WindowEdges& edges);
  Routine<> soften(WindowEdges& edges, FoundWindow& window);
  enum class Corners { inside, outside, edge_wrong };
  Routine<Corners> visit_corners(const WindowEdges& edges, const FoundWindow& window);
  Routine<> examine_passes_beyond(std::size_t dim, double face, bool up);
  Routine<bool> square(WindowEdges& edges, FoundWindow& window);
  Routine<bool> passes_at(Point point, const FlakeWeights& flake, std::vector<Trial>& failures);
  // The window is no box: what can be said of it. In two dimensions its area is mapped.
  Routine<> shape(Trial hit, FoundWindow window);
  Routine<> map_area(const Trial& hit, const WindowEdges& edges);
  void enclose(FoundWindow& window) const;
  Routine<bool> moves(WindowEdges& edges);
  Routine<bool> has_left(const WindowEdges& edges);
  Routine<> visit_edges(WindowEdges& edges, double inwards);
  Routine<> watch(WindowEdges& edges, FoundWindow& window);
  Routine<> examine_stray_passes();

  [[nodiscard]] std::optional<Trial> known_hit() const;
  [[nodiscard]] bool space_excluded();
  [[nodiscard]] std::size_t enough_of_space() const;
  [[nodiscard]] std::size_t passes_in(const WindowEdges& edges) const;
  [[nodiscard]] double chance_of_drift(const WindowEdges& edges) const;
  [[nodiscard]] WindowEdges begin_edges(const Trial& hit) const;
  [[nodiscard]] FoundWindow describe(const WindowEdges& edges) const;
  [[nodiscard]] std::vector<Box> boxes(double margin) const;
  [[nodiscard]] std::size_t cap() const;
  [[nodiscard]] bool labels_informative() const;
  void count_flakes(Report& report) const;

  Problem problem_;
  TrialDesk desk_;
  Random random_;
  std::optional<LineScan> line_;
  std::optional<SpaceScan> space_;
  std::vector<Found> found_;
  [[nodiscard]] bool wants_map() const { return problem_.task.kind == TaskKind::map && problem_.dims.size() == 2; }
  [[nodiscard]] AreaMap draw_map() const;

  std::optional<AreaSearch> area_;      // being measured
  std::optional<WindowEdges> current_;  // being measured; for progress() and report()
  std::string doing_ = "first hit";
  std::size_t false_passes_ = 0;
  bool excluded_ = false;  // the scan has ended by itself
  bool tried_at_lattice_end_ = false;
  bool drift_ = false;
  int stood_ = 0;  // how often motion was suspected and not found
  Routine<> routine_;
};

}  // namespace rigor::search
