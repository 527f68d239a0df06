// Which definitions of a table make sense.
#pragma once

#include "base/result.hpp"
#include "model/tables.hpp"

namespace faasd::table {

// Names are not empty; hash and range key differ; indexes have distinct names; an attribute that several keys use
// has one type; a local index has the table's hash key and a range key of its own, on a table with a range key;
// only an INCLUDE projection lists attributes. Errors are TableErrc::validation. The protocols check the rules
// that only they have (3 to 255 characters in a name, ...).
[[nodiscard]] base::Result<> check_definition(const model::TableDefinition& table);

// `to` can replace `from` while the items stay: the same key.
[[nodiscard]] base::Result<> check_key_unchanged(const model::TableDefinition& from, const model::TableDefinition& to);

}  // namespace faasd::table
