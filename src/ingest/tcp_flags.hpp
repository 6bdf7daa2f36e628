// The flags of a TCP header (RFC 9293, section 3.1).
#pragma once

#include <cstdint>

namespace secondwave {

enum TcpFlag : std::uint8_t { flag_fin = 1, flag_syn = 2, flag_rst = 4, flag_psh = 8, flag_ack = 16 };

}  // namespace secondwave
