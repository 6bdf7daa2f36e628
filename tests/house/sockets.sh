#!/usr/bin/env bash
# The socket check stops the configure step wherever a room without that right names a call that opens a connection.
# shellcheck source=tests/house/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

plant() {
  fresh_tree
  printf '%s\n' "$2" >>"$tree/$1"
}
said="Socket calls belong to the rooms"

for call in 'int s = socket(2, 1, 0);' '  if (::connect(s, address, 16) != 0) return;' 'sendto(s, data, 4, 0, nullptr, 0);' \
  'listen (s, 5);' 'auto h = gethostbyname(name);' 'getaddrinfo(host, nullptr, nullptr, &found);' \
  'int a[2] = {1, socket(2, 1, 0)}; /* brackets [ and ; semicolons */'; do
  plant src/report/planted.cpp "$call"
  must_stop "$call" "$said"
  plant src/engine/planted.hpp "$call"
  must_stop "$call in the engine" "src/engine/planted.hpp:"
done

for header in sys/socket.h netinet/in.h arpa/inet.h netdb.h boost/asio.hpp boost/asio/ip/tcp.hpp curl/curl.h ares.h; do
  plant src/cli/planted.cpp "#include <$header>"
  must_stop "<$header>" "$said"
done

plant src/cli/planted.cpp '// connect( and listen( are words here'
printf '%s\n' 'int reconnect(int x); int my_socket(int y); const char* text = "a socket is not opened";' >>"$tree/src/cli/planted.cpp"
must_configure "words that only look like socket calls"

finish
