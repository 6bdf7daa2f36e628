// Built without libmaxminddb.
#include "census/network_table.hpp"

namespace secondwave {

Result<NetworkTable> NetworkTable::read_maxmind(const std::string& path) {
  return failure(ErrorKind::machine, "this program was built without libmaxminddb, so it cannot read this file",
                 {.file = path}, "build it with the package libmaxminddb-dev");
}

}  // namespace secondwave
