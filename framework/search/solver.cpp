#include "framework/search/solver.hpp"

#include "framework/search/strategy.hpp"

namespace rigor::search {

Solver::Solver(Problem problem, std::uint64_t seed) : strategy_(std::make_unique<Strategy>(std::move(problem), seed)) {}
Solver::Solver(Solver&&) noexcept = default;
Solver& Solver::operator=(Solver&&) noexcept = default;
Solver::~Solver() = default;

std::optional<Point> Solver::next() const { return strategy_->next(); }
void Solver::tell(const Outcome& outcome) { strategy_->tell(outcome); }
Report Solver::report() const { return strategy_->report(); }
std::string Solver::progress() const { return strategy_->progress(); }

}  // namespace rigor::search
