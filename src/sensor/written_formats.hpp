// The two families of writers behind make_sensor_writer.
#pragma once

#include <memory>

#include "sensor/writer.hpp"

namespace secondwave {

/// Requires any format but pcap.
[[nodiscard]] std::unique_ptr<SensorWriter> make_text_writer(WrittenFormat format, WrittenScene scene);
[[nodiscard]] std::unique_ptr<SensorWriter> make_capture_writer(WrittenScene scene);

}  // namespace secondwave
