#include "framework/usb/libusb_transfer.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <utility>

namespace rigor {

namespace {

using namespace std::chrono_literals;

// How long a cancelled transfer may take to come back; Linux needs microseconds.
constexpr Duration kCancelLimit = 1s;

struct Flight {
  std::shared_ptr<TransfersInFlight> flights;
  std::unique_ptr<Event> done;
  Bytes buffer;
  CHandle<libusb_transfer, libusb_free_transfer> transfer;
  // Written by the event thread before `done` is set.
  libusb_transfer_status status = LIBUSB_TRANSFER_ERROR;
  int moved = 0;
};
using FlightReference = std::shared_ptr<Flight>;

void LIBUSB_CALL on_finished(libusb_transfer* transfer) {
  const std::unique_ptr<FlightReference> own(static_cast<FlightReference*>(transfer->user_data));
  Flight& flight = **own;
  flight.status = transfer->status;
  flight.moved = transfer->actual_length;
  flight.done->set();
  flight.flights->remove(transfer);
}

Error status_error(libusb_transfer_status status, const std::string& what) {
  switch (status) {
    case LIBUSB_TRANSFER_STALL:
      return usb_error(LIBUSB_ERROR_PIPE, what);
    case LIBUSB_TRANSFER_NO_DEVICE:
      return usb_error(LIBUSB_ERROR_NO_DEVICE, what);
    case LIBUSB_TRANSFER_OVERFLOW:
      return usb_error(LIBUSB_ERROR_OVERFLOW, what);
    case LIBUSB_TRANSFER_TIMED_OUT:
    case LIBUSB_TRANSFER_CANCELLED:
      return usb_error(LIBUSB_ERROR_TIMEOUT, what);
    default:
      return usb_error(LIBUSB_ERROR_IO, what);
  }
}

std::string describe(const TransferRequest& request) {
  if (request.control) return "control transfer";
  return fmt::format("{} bytes {} endpoint 0x{:02x}", request.in.empty() ? request.out.size() : request.in.size(),
                     request.in.empty() ? "to" : "from", request.endpoint);
}

Result<FlightReference> submit(LibusbContext& context, std::shared_ptr<TransfersInFlight> flights,
                               const TransferRequest& request) {
  auto flight = std::make_shared<Flight>();
  flight->flights = std::move(flights);
  flight->done = context.clock().make_event();
  flight->buffer.assign(request.out.begin(), request.out.end());
  flight->buffer.resize(request.out.size() + request.in.size());
  flight->transfer.reset(libusb_alloc_transfer(0));
  libusb_transfer* transfer = flight->transfer.get();
  if (transfer == nullptr) return fail(usb_error(LIBUSB_ERROR_NO_MEM, describe(request)));
  auto callbacks_own = std::make_unique<FlightReference>(flight);
  // Time limits are the Clock's, so libusb gets none.
  if (request.control) {
    libusb_fill_control_transfer(transfer, request.device, flight->buffer.data(), on_finished, callbacks_own.get(), 0);
  } else {
    libusb_fill_bulk_transfer(transfer, request.device, request.endpoint, flight->buffer.data(),
                              static_cast<int>(flight->buffer.size()), on_finished, callbacks_own.get(), 0);
  }
  flight->flights->add(transfer);
  if (const int code = libusb_submit_transfer(transfer); code != LIBUSB_SUCCESS) {
    flight->flights->remove(transfer);
    return fail(usb_error(code, describe(request)));
  }
  [[maybe_unused]] const FlightReference* theirs = callbacks_own.release();  // the callback has it now
  return flight;
}

}  // namespace

void TransfersInFlight::add(libusb_transfer* transfer) {
  const std::lock_guard lock(mutex_);
  transfers_.insert(transfer);
}

void TransfersInFlight::remove(libusb_transfer* transfer) {
  const std::lock_guard lock(mutex_);
  transfers_.erase(transfer);
  if (transfers_.empty()) empty_.notify_all();
}

bool TransfersInFlight::drain(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  // Under the lock a transfer in the set cannot be freed: its callback has to remove it first.
  for (libusb_transfer* transfer : transfers_) libusb_cancel_transfer(transfer);
  return empty_.wait_for(lock, limit, [&] { return transfers_.empty(); });
}

Result<std::size_t> run_transfer(LibusbContext& context, const std::shared_ptr<TransfersInFlight>& flights,
                                 const TransferRequest& request, Duration limit) {
  Clock& clock = context.clock();
  RIGOR_TRY(const FlightReference flight, submit(context, flights, request));
  Result<bool> finished = clock.wait(*flight->done, clock.now() + limit);
  if (!finished || !*finished) {
    // It may have finished in the meantime; then cancelling does nothing and the result counts.
    libusb_cancel_transfer(flight->transfer.get());
    if (!finished) return fail(std::move(finished).error());
    RIGOR_TRY(const bool returned, clock.wait(*flight->done, clock.now() + kCancelLimit));
    if (!returned) return fail(usb_error(LIBUSB_ERROR_TIMEOUT, describe(request) + ", not even cancelled"));
  }
  const auto moved = static_cast<std::size_t>(std::max(flight->moved, 0));
  if (flight->status != LIBUSB_TRANSFER_COMPLETED) {
    return fail(status_error(flight->status, fmt::format("{}, {} moved", describe(request), moved)));
  }
  const std::size_t offset = request.out.size();
  if (request.in.empty()) {
    const std::size_t expected = request.control ? offset - LIBUSB_CONTROL_SETUP_SIZE : offset;
    if (moved == expected) return moved;
    return fail(usb_error(LIBUSB_ERROR_IO, fmt::format("{}, only {} moved", describe(request), moved)));
  }
  const std::size_t received = std::min(moved, request.in.size());
  std::ranges::copy_n(flight->buffer.begin() + static_cast<std::ptrdiff_t>(offset),
                      static_cast<std::ptrdiff_t>(received), request.in.begin());
  return received;
}

}  // namespace rigor
