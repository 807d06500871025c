#!/bin/busybox sh
# The guest's first program (ci/kernel): makes the host's files its root, writable in memory only, and runs the job in it. Whatever
# happens, the machine is switched off at the end.
/bin/busybox mkdir -p /proc /sys /dev /host /memory /root
/bin/busybox --install -s /bin
export PATH=/bin
mount -t devtmpfs dev /dev
mount -t proc proc /proc
exec >/dev/ttyS0 2>&1

start() {
  while read -r module; do insmod "/modules/$module" || return 1; done </modules/order
  mount -t 9p -o trans=virtio,version=9p2000.L,ro,msize=512000,cache=loose host /host || return 1
  mount -t tmpfs memory /memory && mkdir /memory/upper /memory/work || return 1
  mount -t overlay -o lowerdir=/host,upperdir=/memory/upper,workdir=/memory/work root /root || return 1
  mount -t proc proc /root/proc && mount -t sysfs sys /root/sys && mount -t devtmpfs dev /root/dev || return 1
  for place in tmp run var/tmp; do mount -t tmpfs "$place" "/root/$place" || return 1; done
  echo 1 >/proc/sys/vm/overcommit_memory  # Unicorn reserves a GiB for each processor
  ln -s /proc/self/fd /root/dev/fd
  ip link set lo up
}

code=126
if start; then
  . /job
  stty -F /dev/ttyS1 raw -echo
  chroot /root /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin TREE="$TREE" BUILD="$BUILD" MODULES="$MODULES" \
    /bin/bash "$TREE/tests/kernel/guest.sh" >/dev/ttyS1 2>&1 </dev/null
  code=$?
fi
echo "end $code" >/dev/ttyS1
sync
poweroff -f
