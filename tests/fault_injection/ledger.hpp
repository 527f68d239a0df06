// What a store may hold, by what its clients were told.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace faasd::test {

// Of keys that one client writes, one request at a time. A write that was not answered may have happened or not; one
// that was acknowledged has, and settles all before it. Not thread-safe.
class Ledger {
  public:
    using Value = std::optional<std::string>;  // nothing: the key is absent

    void attempt(const std::string& key, Value value) { entry(key).push_back(std::move(value)); }
    void acknowledge(const std::string& key, Value value) { entry(key) = {std::move(value)}; }
    // It was refused: it has not happened, whatever was possible before still is.
    void refuse(const std::string& key) { entry(key).pop_back(); }
    // A read tells which of the possible ones it is; false where it is none of them.
    bool observe(const std::string& key, Value value) {
        if (!allows(key, value)) return false;
        entry(key) = {std::move(value)};
        return true;
    }

    [[nodiscard]] bool allows(const std::string& key, const Value& value) {
        const auto& values = entry(key);
        return std::find(values.begin(), values.end(), value) != values.end();
    }
    [[nodiscard]] std::string describe(const std::string& key) {
        std::string text;
        for (const Value& value : entry(key))
            text += (text.empty() ? "" : " or ") + value.value_or("nothing");
        return text;
    }
    // What it is, where there is no doubt.
    [[nodiscard]] const Value* known(const std::string& key) {
        const auto& values = entry(key);
        return values.size() == 1 ? &values.front() : nullptr;
    }
    [[nodiscard]] const std::map<std::string, std::vector<Value>>& entries() const { return entries_; }

  private:
    std::vector<Value>& entry(const std::string& key) {
        return entries_.try_emplace(key, std::vector<Value>{std::nullopt}).first->second;
    }
    std::map<std::string, std::vector<Value>> entries_;
};

}  // namespace faasd::test
