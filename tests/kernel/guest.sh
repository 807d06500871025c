#!/bin/bash
# The job of ci/kernel, as root on a real kernel: programs meet the virtual probes through vhci-hcd. One line for each check,
# `pass NAME SECONDS` or `FAIL NAME SECONDS` and what was printed, indented, or `not-run NAME: REASON`; the exit code is 1 when one
# failed.
#
# TREE, BUILD and MODULES come from ci/kernel. Everything that is written is gone with the guest.
cd "$TREE" || exit 1
lab=$BUILD/rigor-lab rigor=$BUILD/rigor rig=rigs/virtual-f407.yaml control=/run/lab-control
v2=57FF72067265575742132067 v2_1=066DFF535550755187191037 v3=003F002B3532511531333430
mkdir -p /tmp/job /run/lock
failed=0

now() { local time=${EPOCHREALTIME/./}; echo $((time / 1000)); }

check() { # NAME COMMAND...
  local name=$1 began took status; shift
  began=$(now)
  ("$@") >/tmp/job/said 2>&1; status=$?
  took=$(($(now) - began))
  took=$((took / 1000)).$(printf %03d $((took % 1000)))
  if [ $status = 0 ]; then echo "pass $name $took"; sed -n 's/^note /    /p' /tmp/job/said; return; fi
  echo "FAIL $name $took"
  tail -n 40 /tmp/job/said | sed 's/^/    /'
  failed=1
}

not_run() { echo "not-run $1: $2"; } # NAME REASON

says() { # TEXT in what was printed by the command before
  local text
  text=$(</tmp/job/out)
  [[ $text != *"$1"* ]] || return 0
  echo "expected: $1"; cat /tmp/job/out; return 1
}
run() { timeout 180 "$@" >/tmp/job/out 2>&1 && return; echo "code $? from $*"; cat /tmp/job/out; return 1; }

# Within a minute: the machine may have much else to do. Programs are slow to start here, so the shell waits and reads itself.
mkfifo /tmp/job/silence && exec 9<>/tmp/job/silence
pause() { read -rt 0.05 -u 9; true; }
soon() {
  local end=$((SECONDS + 60))
  while [ $SECONDS -lt $end ]; do "$@" && return; pause; done
  echo "not within a minute: $*"; return 1
}
there_are() { # N devices of ST
  local file id found=0
  for file in /sys/bus/usb/devices/*/idVendor; do
    { read -r id <"$file"; } 2>/dev/null && [ "$id" = 0483 ] && found=$((found + 1))
  done
  [ $found = "$1" ]
}
quiet() { ! grep -q . /tmp/job/serve.err || { cat /tmp/job/serve.err; return 1; }; }

open_lab() { # WORD... after `rigor-lab serve`; its words in /tmp/job/ready
  rm -f /tmp/job/ready  # that of the lab before
  "$lab" serve "$@" >/tmp/job/ready 2>/tmp/job/serve.err &
  server=$!
  for _ in {1..1200}; do
    [ ! -s /tmp/job/ready ] || return 0  # a file that is not there yet is empty, too
    kill -0 $server 2>/dev/null || break
    pause
  done
  cat /tmp/job/serve.err; return 1
}
close_lab() { # its exit code in $ended; not in a check, whose shell is not the server's parent
  kill -TERM $server && wait $server
  ended=$?
}
left() { [ "$ended" = 0 ] || { echo "rigor-lab ended with $ended"; return 1; }; quiet && soon there_are 0; }
ready() { grep -qx "ready $1" /tmp/job/ready && quiet && soon there_are "$2"; }

# --- before the driver is there -------------------------------------------------------------------------------------------
no_driver() {
  ! timeout 20 "$lab" serve $rig --vhci >/tmp/job/out 2>&1 && says "modprobe vhci-hcd"
}
check vhci-needs-the-driver no_driver

load_drivers() { while read -r module; do insmod "$MODULES/$module" || return; done <"$MODULES/order"; }
check load-drivers load_drivers
not_root() {
  ! timeout 20 setpriv --reuid=65534 --regid=65534 --clear-groups "$lab" serve $rig --vhci >/tmp/job/out 2>&1 && says "only root can"
}
check vhci-needs-root not_root
udev() { /lib/systemd/systemd-udevd --daemon && udevadm settle --timeout=30; }
check start-udev udev

# --- three probes through the socket hand-over ----------------------------------------------------------------------------
open_lab $rig --vhci --control $control
check vhci-attaches-three-probes ready vhci 3

lsusb_shows() {
  run lsusb -v -d 0483: || return
  for text in $v2 $v2_1 $v3 'STM32 STLink' 'STLINK-V3' 'bEndpointAddress     0x81  EP 1 IN' 'wMaxPacketSize     0x0200'; do says "$text" || return; done
}
check lsusb-shows-their-descriptors lsusb_shows
st_info() {
  run st-info --probe || return
  for text in 'Found 3 stlink programmers' $v2 $v2_1 $v3 'chipid:     0x0413'; do says "$text" || return; done
}
check st-info-probes-three st_info
list_probes() {
  run "$rigor" list probes || return
  for text in $v2 $v2_1 $v3 V2J47S7 V2J37M26 V3J15M6; do says "$text" || return; done
}
check rigor-lists-three list_probes
place_of() {
  local file serial
  for file in /sys/bus/usb/devices/*/serial; do
    read -r serial <"$file" && [ "$serial" = "$1" ] && file=${file%/serial} && echo "${file##*/}"
  done
}
probe_show() {
  run "$rigor" probe show --usb "$(place_of $v2_1)" && says $v2_1 && says V2J37M26
}
check rigor-shows-one probe_show

# Two sectors.
head -c 32768 /dev/urandom >/tmp/job/firmware.bin
openocd_programs() {
  run openocd -f interface/stlink-dap.cfg -c 'gdb_port disabled; tcl_port disabled; telnet_port disabled' \
    -c "adapter serial $v2_1; transport select dapdirect_swd" -f target/stm32f4x.cfg \
    -c 'program /tmp/job/firmware.bin 0x08000000 verify; exit' || return
  says '** Verified OK **'
}
check openocd-programs-and-verifies-32-kib openocd_programs
st_flash_reads() {
  run st-flash --serial $v2_1 read /tmp/job/read.bin 0x08000000 32768 && cmp /tmp/job/firmware.bin /tmp/job/read.bin
}
check st-flash-reads-them-back st_flash_reads

# --- cables ---------------------------------------------------------------------------------------------------------------
hotplug() {
  RIGOR_LAB=$lab RIGOR_LAB_CONTROL=$control run "$BUILD/tests/clients/libusb/clients_libusb_hotplug" --gtest_filter="Hotplug.$1" &&
    says '[  PASSED  ] 1 test.' && soon there_are 3
}
check a-pulled-cable-ends-a-waiting-read hotplug APulledCableEndsAReadThatWaits
check a-pulled-cable-ends-a-transfer hotplug APulledCableEndsATransferOfMuchData
check a-probe-that-comes-back-is-noticed hotplug AProbeThatComesBackIsNoticedAndWorks
# The kernel's own word, and a program that has no idea.
kernel_log() { dmesg | grep -q 'USB disconnect' || { dmesg | tail -n 20; return 1; }; }
check the-kernel-says-disconnect kernel_log
commands() { "$lab" tell $control list | awk '$1 == "f407-v2-1" {print $3}'; }
asked_for() { [ "$(commands)" -ge "$1" ]; }
st_flash_loses() {
  local enough=$(($(commands) + 40)) reader
  timeout 180 st-flash --serial $v2_1 read /tmp/job/lost.bin 0x08000000 0x100000 >/tmp/job/out 2>&1 &
  reader=$!
  soon asked_for $enough || return
  "$lab" tell $control unplug f407-v2-1 && soon there_are 2 || return
  wait $reader  # with 0: version 1.7.0 takes no notice of what it could not read
  says LIBUSB_ERROR_NO_DEVICE || return
  "$lab" tell $control plug f407-v2-1 && soon there_are 3 && st_info
}
check st-flash-loses-its-probe-and-finds-it-again st_flash_loses
close_lab
check vhci-leaves-nothing-behind left

# --- a bench whose lines are a relay board's ------------------------------------------------------------------------------
relays=rigs/virtual-relays.yaml weact=57FF72067265575742130523
open_lab $relays --vhci --relay-board --control $control
# Under any number: a chip whose lines were held when it went comes back under another.
chip_is_there() { compgen -G '/dev/gpiochip*' >/dev/null; }
board_is_there() { soon chip_is_there && udevadm settle --timeout=30; }
relay_board() {
  ready vhci 2 && board_is_there || return
  run gpiodetect && says 'gpiochip0 [cp2112_gpio] (8 lines)' || return
  run gpioinfo cp2112_gpio && says 'line   0:      unnamed       unused   input'
}
check a-relay-board-is-a-gpio-chip relay_board

# What pins put out since the record had LINES lines: "low high low".
tell() { "$lab" tell $control "$@"; }
recorded() { tell record | wc -l; }
pin_did() { # PIN LINES
  local pin=$1 lines=$2
  tell record | awk -v pin="$pin" -v after="$lines" 'NR > after && $2 == pin {printf "%s%s", sep, $4; sep = " "}'
}
did() { # PIN LINES EXPECTED
  local what
  what=$(pin_did "$1" "$2")
  [ "$what" = "$3" ] || { echo "pin $1 went '$what', expected '$3'"; tell record; return 1; }
}
# The kernel's driver makes a pin an output first, which is low then, and sets its level after that.
gpioset_moves() {
  local lines
  lines=$(recorded)
  run gpioset cp2112_gpio 3=1 && did 3 "$lines" 'low high' || return
  lines=$(recorded)
  run gpioset cp2112_gpio 3=0 && did 3 "$lines" low && run gpioset cp2112_gpio 3=1 && did 3 "$lines" 'low high'
}
check gpioset-moves-a-pin-after-a-low-one gpioset_moves
# Pin 2 reads NRST of the board that pin 3 gives its supply.
monitor_ready() { gpioinfo cp2112_gpio >/tmp/job/lines && grep -q 'line   2:.*gpiomon' /tmp/job/lines; }
gpiomon_once() {
  local monitor lines status=0
  timeout 60 gpiomon --num-events=2 cp2112_gpio 2 >/tmp/job/edges 2>&1 &
  monitor=$!
  soon monitor_ready || return
  lines=$(recorded)
  run gpioset cp2112_gpio 3=0 && pause && pause && pause && pause && run gpioset cp2112_gpio 3=1 || return
  wait $monitor || status=$?
  [ $status = 0 ] || { cat /tmp/job/edges; return $status; }
  did 3 "$lines" 'low high' && [ "$(awk '{print $2}' /tmp/job/edges | tr '\n' ' ')" = 'RISING FALLING ' ] || { cat /tmp/job/edges; return 1; }
}
# Debian's gpiomon 1.6.3 crashes now and then, which says nothing about the kernel or the board.
gpiomon_sees() {
  local attempt status=0
  for attempt in 1 2 3; do
    status=0; gpiomon_once || status=$?
    [ $status = 139 ] || return $status
  done
  echo 'gpiomon crashed three times'; return 1
}
check gpiomon-sees-nrst-follow-the-supply gpiomon_sees
list_lines() { run "$rigor" list lines && says cp2112_gpio; }
check rigor-lists-its-lines list_lines

# The library's two versions on this chip. What kernel_lines says it put on a pin is what the board saw, edge by edge.
lines=$BUILD/tests/kernel/kernel_lines
put() { # PIN FIRST: what it should have done, when it began at FIRST
  awk -v pin="$1" -v was="$2" '$1 == "put" && $2 == pin && $3 != was {printf "%s%s", sep, was = $3; sep = " "}' /tmp/job/out
}
moves_lines() { # PROGRAM
  local lines
  run gpioset cp2112_gpio 3=0 && run gpioinfo cp2112_gpio || return
  lines=$(recorded)
  run "$1" cp2112_gpio 3 2 --gtest_brief=1 && says '[  PASSED  ]' || return
  did 3 "$lines" "$(put 3 low)" && did 2 "$lines" "$(put 2 released)" || return
  sed -n -E 's/^((libgpiod|stamped|a scheduled edge) .*)/note \1/p' /tmp/job/out
}
check libgpiod-1-on-the-real-chip moves_lines $lines
if [ -x "${lines}_gpiod2" ]; then check libgpiod-2-on-the-real-chip moves_lines ${lines}_gpiod2
else not_run libgpiod-2-on-the-real-chip 'built without libgpiod 2 (ci/gpiod2)'
fi

kernel_run() { timeout 120 "$rigor" run "$@" --rig rigs/kernel.yaml --out /tmp/job/runs >/tmp/job/out 2>&1; }
close_and_regress() {
  local lines
  [ "$(place_of $weact)" = 1-1 ] || { echo "the probe is at $(place_of $weact)"; return 1; }
  lines=$(recorded)
  kernel_run --set image-size=16KiB --filter '*method=password*' && says '1 pass' || { cat /tmp/job/out; return 1; }
  tell record | tail -n +$((lines + 1)) >/tmp/job/moved
  [ "$(awk '$2 == 1' /tmp/job/moved | wc -l)" -ge 4 ] && [ "$(awk '$2 == 0' /tmp/job/moved | wc -l)" -ge 2 ] ||
    { echo 'the relays did not move'; cat /tmp/job/moved; return 1; }
}
check rigor-closes-and-regresses-a-board close_and_regress

# A run loses the cable of PART once that was asked for more, the run says so, and the next one has both again.
asked() { tell list | awk -v part="$1" '$1 == part {print $3}'; }
asked_or_over() { ! kill -0 "$3" 2>/dev/null || [ "$(asked "$1")" -ge "$2" ]; }
cable_comes_off() { # PART TEST MORE WORD
  local part=$1 enough runner
  enough=$(($(asked "$part") + $3))
  kernel_run tests/kernel/cables.yaml --filter "*$2*" & runner=$!
  soon asked_or_over "$part" $enough $runner && tell unplug "$part" || return
  wait $runner && { echo 'the run passed'; cat /tmp/job/out; return 1; }
  tell plug "$part" && soon there_are 2 && board_is_there && says '1 error' && says "$4"
}
reaches_again() {
  kernel_run tests/kernel/cables.yaml --filter '*reached*' && says '1 pass' || { cat /tmp/job/out; return 1; }
}
check a-run-loses-its-probe cable_comes_off weact proven 120 PROBE_LOST
check and-the-next-one-has-it-again reaches_again
check a-run-loses-its-relay-board cable_comes_off relay-board switched 4 LINE_FAILED
check and-the-next-one-has-that-again reaches_again

# A run that is killed while power is on: its guard leaves the lines as they were taken, power off and NRST let go.
pin_is() { tell pins | grep -q "^$1 .* $2\$"; }
killed_run() {
  local enough runner
  enough=$(($(asked weact) + 60))
  "$rigor" run tests/kernel/cables.yaml --filter '*proven*' --repeat 30 --rig rigs/kernel.yaml --out /tmp/job/killed >/tmp/job/out 2>&1 &
  runner=$!
  soon asked_or_over weact $enough $runner && soon pin_is 1 high || return
  kill -KILL $runner || { cat /tmp/job/out; return 1; }
  wait $runner
  soon pin_is 1 low && soon pin_is 0 released || { tell record | tail -n 20; return 1; }
}
check a-killed-run-leaves-its-lines-safe killed_run

# Taking a line makes no edge: after its cable was off, the board's pins 2 and 3 are inputs.
low_relay_rig() { # DRIVE of a relay that a low operates
  cat <<RIG
rig: low-relay
suites: []
benches:
  - name: f407
    board: black-f407
    probe: {usb: 1-2, expect: st-link-v2-1}
    wiring: {nrst: line, power: relay}
    lines:
      nrst: {chip: cp2112_gpio, line: 2, active: low, drive: open-drain, settle: 1ms, safe: released}
      power: {chip: cp2112_gpio, line: 3, active: low, drive: $1, settle: 15ms, min-off: 300ms, safe: off}
RIG
}
takes_low_relay() { # DRIVE
  low_relay_rig "$1" >/tmp/job/low.yaml
  timeout 120 "$rigor" run tests/kernel/cables.yaml --rig /tmp/job/low.yaml --filter '*reached*' --out /tmp/job/low >/tmp/job/out 2>&1
}
no_pulse() {
  local lines
  lines=$(recorded)
  takes_low_relay push-pull && { echo 'it was taken'; cat /tmp/job/out; return 1; }
  says 'would pulse it low' && did 3 "$lines" ''
}
check a-line-that-would-pulse-is-not-taken no_pulse
# Off at first, on, off for the cycle, and so on: each low is followed by letting go, and lasts.
no_edge() {
  local lines
  lines=$(recorded)
  takes_low_relay open-drain && says '1 pass' || { cat /tmp/job/out; return 1; }
  tell record | awk -v after="$lines" 'NR > after && $2 == 3 {
      if ($4 == "high" || ($4 == "released" && $1 - since < 0.01)) bad = 1
      since = $1; moves++
    } END {exit bad || moves < 2}' || { tell record; return 1; }
}
check an-open-drain-one-makes-no-edge no_edge

# The supply of that board is seen at its NRST, which follows it: edges of the kernel's become what the run knows of the board.
senses() {
  low_relay_rig open-drain | sed -e 's/nrst: line/nrst: probe/' -e '/ nrst: {chip/d' \
    -e 's/min-off: 300ms,/min-off: 300ms, sense: {chip: cp2112_gpio, line: 2, active: high},/' >/tmp/job/sense.yaml
  timeout 120 "$rigor" run tests/kernel/cables.yaml --rig /tmp/job/sense.yaml --filter '*reached*' --out /tmp/job/sense >/tmp/job/out 2>&1 ||
    { cat /tmp/job/out; return 1; }
  says '1 pass' || return
  grep -o '"discharge-us":[^,}]*' /tmp/job/sense/events.jsonl | sed 's/^/note /'
}
check rigor-sees-the-supply-come-and-go senses
close_lab
check the-relay-board-leaves-nothing-behind left

# --- a bench whose lines are a USB relay board's, a hub's and a command's ---------------------------------------------------
open_lab $relays --vhci --usb-relays --control $control
hidraw_is_there() { compgen -G '/dev/hidraw*' >/dev/null; }
usb_relays_listed() {
  ready vhci 2 && soon hidraw_is_there && udevadm settle --timeout=30 || return
  run "$rigor" list lines && says 'hid-relay:BITFT  1' && says 'hid-relay:BITFT  4'
}
check a-usb-relay-board-is-listed usb_relays_listed
# The board by its serial and by its port; a port of the root hub where nothing is plugged in; a command that keeps a record.
switches_rig() {
  cat <<'RIG'
rig: switches
suites: []
benches:
  - name: weact
    board: weact-h523
    probe: {usb: 1-1, expect: st-link-v2}
    wiring: {nrst: line, power: relay}
    lines:
      nrst: {hid-relay: BITFT, relay: 1, settle: 1ms}
      power: {hid-relay: 1-3, relay: 2, settle: 15ms, min-off: 300ms}
      aux-port: {hub: 1-0, port: 7}
      aux-record: {command: [sh, -c, 'echo "$0" >>/tmp/job/switched', "{state}"], read: [tail, -n, "1", /tmp/job/switched]}
RIG
}
switches_rig >/tmp/job/switches.yaml
relay_is() { tell relays | grep -q "^$1 .* $2\$"; }
# Its guard finds the board, the hub and the command by itself.
recorded_more() { [ "$(wc -l </tmp/job/switched)" -gt "$1" ] && [ "$(tail -n 1 /tmp/job/switched)" = off ]; }
switches_killed() {
  local before runner
  "$rigor" run tests/kernel/cables.yaml --filter '*proven*' --repeat 30 --rig /tmp/job/switches.yaml --out /tmp/job/switches >/tmp/job/out 2>&1 &
  runner=$!
  soon relay_is 2 on || { cat /tmp/job/out; return 1; }
  before=$(wc -l </tmp/job/switched)
  kill -KILL $runner || { cat /tmp/job/out; return 1; }
  wait $runner
  soon relay_is 2 off && soon relay_is 1 off && soon recorded_more "$before" || { tell relays; cat /tmp/job/switched; return 1; }
}
check a-killed-run-on-them-leaves-them-safe switches_killed
close_lab
check the-usb-relays-leave-nothing-behind left

# --- one through the kernel's own tool, over the loopback -----------------------------------------------------------------
open_lab $rig --usbip 127.0.0.1:3240
usbip_attaches() {
  grep -qx 'ready usbip 127.0.0.1:3240' /tmp/job/ready && run usbip list -r 127.0.0.1 && says '0483:374b' || return
  run usbip attach -r 127.0.0.1 -b 1-2 && soon there_are 1 && udevadm settle --timeout=30 && run usbip port && says 0483
}
check usbip-attaches-one usbip_attaches
st_info_one() { run st-info --probe && says 'Found 1 stlink programmers' && says $v2_1; }
check st-info-probes-it-over-tcp st_info_one
usbip_detaches() { run usbip detach -p 0 && soon there_are 0; }
check usbip-detaches-it usbip_detaches
close_lab
check usbip-leaves-nothing-behind left

# --- thirty, and one whose cable comes off at its first command -----------------------------------------------------------
many_rig() {
  local profiles=(v2 v2-1 v3ec) i
  printf 'rig: many\nsuites: []\nbenches:\n'
  for i in {0..30}; do
    printf '  - name: board-%d\n    board: stm32f4-discovery\n    probe: {lab: %s}\n' "$i" "${profiles[i % 3]}"
    printf '    wiring: {nrst: probe, power: always}\n    lab:\n      wires: [swd, nrst-probe]\n'
    printf '      probe: {serial: "57FF7206726557574213%04X"}\n' "$i"
  done
  printf '      faults: [{unplug-at-command: 1}]\n'
}
many_rig >/tmp/job/many.yaml
open_lab /tmp/job/many.yaml --vhci
check vhci-attaches-thirty-one ready vhci 31
rigor_lists_many() {
  udevadm settle --timeout=30
  run "$rigor" list probes || return
  for i in {0..29}; do says "$(printf '57FF7206726557574213%04X' "$i")" || return; done
  says PROBE_LOST && soon there_are 30
}
check rigor-lists-thirty-and-names-the-lost rigor_lists_many
lsusb_lists_many() { run lsusb -d 0483: && [ "$(wc -l </tmp/job/out)" = 30 ]; }
check lsusb-lists-thirty lsusb_lists_many
close_lab
check thirty-leave-nothing-behind left
exit $failed
