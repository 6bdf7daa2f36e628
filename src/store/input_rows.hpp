// Inputs as rows.
#pragma once

#include "records/store.hpp"
#include "store/sqlite.hpp"

namespace secondwave {

/// The id of a sensor, made known where it is not.
[[nodiscard]] Result<std::int64_t> sensor_id(Database& database, const std::string& name);
/// Inserts (id 0) or updates the row of an input, its tallies and its bad records; gives its id.
[[nodiscard]] Result<InputId> write_input(Database& database, const StoredInput& input, bool pending);
/// Inputs by id without states: those that are not pending, or the one named, pending or not, with its state.
[[nodiscard]] Result<std::vector<StoredInput>> read_inputs(Database& database, std::optional<InputId> only);
/// Deletes everything about an input.
[[nodiscard]] Status erase_input(Database& database, InputId id);

}  // namespace secondwave
