#!/usr/bin/env bash
# The layering check stops the configure step for each kind of violation, and for nothing else.
# shellcheck source=tests/house/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

fresh_tree
must_configure "the tree as it is"

# plant FILE LINE: puts a line at the end of a file of a fresh copy.
plant() {
  fresh_tree
  mkdir -p "$(dirname "$tree/$1")"
  printf '%s\n' "$2" >>"$tree/$1"
}

plant src/base/error.hpp '#include "net/prefix.hpp"'
must_stop "upwards include" "src/base/error.hpp: room base may not include from net"

plant src/worm/scan_law.cpp '#  include   "response/rules.hpp"'
must_stop "include from the own floor" "src/worm/scan_law.cpp: room worm may not include from response"

plant src/records/outcomes.cpp '#include "scenario/spec.hpp"'
must_stop "include from the own floor, spec" "src/records/outcomes.cpp: room records may not include from scenario"

plant src/net/deep/folder/new.hpp '#include "engine/model.hpp"'
must_stop "include in a subfolder" "src/net/deep/folder/new.hpp: room net may not include from engine"

plant src/base/error.cpp '#include <net/prefix.hpp>'
must_stop "angle brackets" "write includes of rooms as \"room/file.hpp\""

plant src/net/prefix.cpp '#include "prefix.hpp"'
must_stop "include without a room" "write includes of rooms as \"room/file.hpp\""

plant src/net/prefix.cpp '#include "../engine/model.hpp"'
must_stop "include by a relative path" "write includes of rooms as \"room/file.hpp\""

for header in thread mutex fstream filesystem iostream ctime sys/stat.h; do
  plant src/engine/planted.cpp "#include <$header>"
  must_stop "<$header> in a pure room" "room engine has no threads, files, sockets or clocks of its own, yet includes <$header>"
done

plant src/world/planted.cpp 'auto now() { return std::chrono::system_clock::now(); }'
must_stop "a clock in a pure room" "room world has no threads, files, sockets or clocks of its own, yet asks a clock"

plant src/attic/new.cpp '// a room that nobody announced'
must_stop "a folder outside the table" "src/attic: not a room of cmake/rooms.cmake"

fresh_tree
sed -i 's/^set(SECONDWAVE_USES_net base)$/set(SECONDWAVE_USES_net base random)/' "$tree/cmake/rooms.cmake"
must_stop "a table that grants the own floor" "rooms.cmake: net (floor 1) may not use random (floor 1)"

# What is allowed must stay allowed: a granted include, a thread where threads live, a file that only talks about it.
plant src/engine/planted.hpp '#include "world/world.hpp"'
printf '%s\n' '// #include "cli/main.hpp" and std::chrono::system_clock::now() are words here, no code' >>"$tree/src/engine/planted.hpp"
printf '%s\n' '#include <thread>' >>"$tree/src/ensemble/planted.hpp"
must_configure "granted includes and comments"

finish
