// The database file: how its connections are set up, and whether this faasd can read it.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "storage/statement.hpp"
#include "storage/store.hpp"

namespace faasd::storage {

enum class Role { writer, reader, checkpointer };

// A connection to an existing or new `state.sqlite`. Throws StoreError.
[[nodiscard]] std::unique_ptr<Connection> connect(const StoreOptions& options, Role role);

// Opens the writer's connection; creates what is missing, and refuses what is not this program's to touch.
[[nodiscard]] base::Result<std::unique_ptr<Connection>> open_database(const StoreOptions& options);

[[nodiscard]] std::filesystem::path database_file(const StoreOptions& options);

}  // namespace faasd::storage
