// The tables of this folder.
#pragma once

#include "storage/store.hpp"

namespace faasd::blob {

// Creates every table of this folder, and adds to those of an older faasd what they lack. A content is
// immutable; several objects may show it (a copy costs one count). At start-up only; throws
// std::system_error.
void create_tables(storage::Store& store);

}  // namespace faasd::blob
