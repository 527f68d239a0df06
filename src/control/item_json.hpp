// Table items in the JSON of operations: typed as on DynamoDB's wire, or plain for people and programs.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "control/params.hpp"
#include "model/tables.hpp"

namespace faasd::control {

// Reads and writes items the way one call asked for them ("plain": true).
class ItemJson {
  public:
    explicit ItemJson(bool plain) : plain_(plain) {}
    [[nodiscard]] base::Result<model::Item> item(const nlohmann::json& json) const;
    [[nodiscard]] nlohmann::json json(const model::Item& item) const;
    [[nodiscard]] nlohmann::json json(const std::optional<model::Item>& item) const;  // null where there is none
    // A key: an object, or in plain form the hash key's value alone or [hash, range], named by the table's schema.
    [[nodiscard]] base::Result<model::Item> key(const nlohmann::json& json, const model::KeySchema& schema) const;

  private:
    bool plain_;
};

[[nodiscard]] nlohmann::json typed_json(const model::Item& item);

}  // namespace faasd::control
