// Everything needed to reproduce a result folder bit for bit, and to tell whether it is still what was computed.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace secondwave {

/// The version of the model: grows whenever the same scenario and seed would give other bits.
inline constexpr int model_version = 1;

/// A table that the run read.
struct TableStamp {
  std::string name;    ///< as the scenario names it
  std::string path;    ///< where it was read
  std::string sha256;  ///< 64 hex digits
};

struct Manifest {
  std::string program_version;
  int model = model_version;
  std::string command;  ///< "simulate"
  std::string scenario_name;
  std::string scenario_text;  ///< canonical TOML: inheritance and --set already applied
  std::string construction;   ///< "order", "pressure" or "reference"
  std::uint64_t seed = 0;
  std::uint32_t runs_asked = 0;
  std::uint32_t runs_done = 0;
  bool infections_written = false;
  bool partial = false;
  std::string run_hash;
  std::vector<std::string> replicate_digests;
  std::vector<TableStamp> tables;
  std::map<std::string, std::string> files;  ///< file name to SHA-256 of its bytes
};

}  // namespace secondwave
