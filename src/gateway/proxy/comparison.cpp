#include "gateway/proxy/comparison.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/json.hpp"

namespace faasd::gateway {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kShownBytes = 60;

std::string shown(const Json& value) {
    std::string text = base::to_text(value);
    if (text.size() > kShownBytes) text = text.substr(0, kShownBytes) + "...";
    return text;
}

// Collects the places in which two values differ.
class JsonComparison {
  public:
    explicit JsonComparison(const std::vector<std::string>& ignore) : ignore_(ignore) {}

    void compare(const Json& real, const Json& shadow, const std::string& at) {
        if (std::find(ignore_.begin(), ignore_.end(), at) != ignore_.end()) return;
        if (real.is_object() && shadow.is_object()) return members(real, shadow, at);
        if (real.is_array() && shadow.is_array()) return elements(real, shadow, at);
        if (real != shadow) found.push_back(place(at) + " is " + shown(real) + ", in the shadow " + shown(shadow));
    }

    std::vector<std::string> found;

  private:
    static std::string place(const std::string& at) { return at.empty() ? "the body" : at; }
    static std::string below(const std::string& at, const std::string& name) {
        std::string escaped;  // RFC 6901 section 3
        for (const char c : name) {
            if (c == '~') {
                escaped += "~0";
            } else if (c == '/') {
                escaped += "~1";
            } else {
                escaped += c;
            }
        }
        return at + '/' + escaped;
    }
    void missing(const std::string& at, const char* where) {
        if (std::find(ignore_.begin(), ignore_.end(), at) == ignore_.end()) found.push_back(at + where);
    }
    void members(const Json& real, const Json& shadow, const std::string& at) {
        for (const auto& [name, value] : real.items()) {
            const auto other = shadow.find(name);
            if (other == shadow.end()) {
                missing(below(at, name), " is missing in the shadow");
            } else {
                compare(value, *other, below(at, name));
            }
        }
        for (const auto& [name, value] : shadow.items())
            if (!real.contains(name)) missing(below(at, name), " is only in the shadow");
    }
    void elements(const Json& real, const Json& shadow, const std::string& at) {
        if (real.size() != shadow.size())
            found.push_back(place(at) + " has " + std::to_string(real.size()) + " elements, in the shadow " +
                            std::to_string(shadow.size()));
        for (std::size_t i = 0; i < std::min(real.size(), shadow.size()); ++i)
            compare(real[i], shadow[i], at + '/' + std::to_string(i));
    }

    const std::vector<std::string>& ignore_;
};

void compare_bytes(const std::string& real, const std::string& shadow, std::vector<std::string>& found) {
    if (real == shadow) return;
    const auto differs = std::mismatch(real.begin(), real.end(), shadow.begin(), shadow.end()).first - real.begin();
    found.push_back("the body differs from byte " + std::to_string(differs) + " on; it has " +
                    std::to_string(real.size()) + " bytes, in the shadow " + std::to_string(shadow.size()));
}

}  // namespace

std::vector<std::string> differences(const ShadowAnswer& real, const ShadowAnswer& shadow,
                                     const std::vector<std::string>& ignore, std::size_t kept) {
    std::vector<std::string> found;
    if (real.status != shadow.status)
        found.push_back("the status is " + std::to_string(real.status) + ", in the shadow " +
                        std::to_string(shadow.status));
    if (real.whole && shadow.whole) {
        // Deeper ones are compared as bytes: comparing is recursive.
        const Json left = base::parse_json(real.body), right = base::parse_json(shadow.body);
        if (left.is_discarded() || right.is_discarded()) {
            compare_bytes(real.body, shadow.body, found);
        } else {
            JsonComparison comparison(ignore);
            comparison.compare(left, right, {});
            found.insert(found.end(), comparison.found.begin(), comparison.found.end());
        }
    } else if (real.whole != shadow.whole) {
        found.push_back("one of the bodies is too large to be kept, the other is not");
    }
    if (found.size() > kept) {
        const auto more = found.size() - kept;
        found.resize(kept);
        found.push_back("and " + std::to_string(more) + " more");
    }
    return found;
}

}  // namespace faasd::gateway
