#include "gateway/proxy/choice.hpp"

#include <cmath>

#include "base/text.hpp"

namespace faasd::gateway {

std::uint64_t stable_hash(std::string_view a, std::string_view b) {
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    const auto add = [&](std::string_view text) {
        for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    };
    add(a);
    add(std::string_view("\0", 1));
    add(b);
    // FNV alone leaves the high bits of short keys alike.
    hash ^= hash >> 30;
    hash *= 0xbf58476d1ce4e5b9ULL;
    hash ^= hash >> 27;
    hash *= 0x94d049bb133111ebULL;
    return hash ^ hash >> 31;
}

std::optional<std::size_t> Split::choose(std::string_view key, const std::function<bool(std::size_t)>& usable) const {
    std::optional<std::size_t> best;
    double lowest = 0;
    for (std::size_t i = 0; i < targets_.size(); ++i) {
        if (targets_[i].weight == 0 || (usable && !usable(i))) continue;
        // In (0, 1]: its logarithm is finite.
        const double unit = (static_cast<double>(stable_hash(key, targets_[i].target) >> 11) + 1) / 9007199254740992.0;
        const double draw = -std::log(unit) / targets_[i].weight;
        if (!best || draw < lowest) {
            best = i;
            lowest = draw;
        }
    }
    return best;
}

bool applies(const model::HeaderRule& rule, const model::HttpRequest& request) {
    for (const model::HttpField& field : request.headers) {
        if (!base::iequals(field.name, rule.header)) continue;
        switch (rule.match) {
            case model::HeaderRule::Match::present: return true;
            case model::HeaderRule::Match::value:
                if (field.value == rule.text) return true;
                break;
            case model::HeaderRule::Match::prefix:
                if (field.value.starts_with(rule.text)) return true;
                break;
        }
    }
    return false;
}

Choice choose_target(const model::RouteDefinition& route, const model::HttpRequest& request,
                     const std::function<bool(const std::string&)>& usable,
                     const std::function<std::string()>& random) {
    for (const model::HeaderRule& rule : route.when)
        if (applies(rule, request)) return {rule.target, {}};
    if (!route.function.empty()) return {route.function, {}};
    if (!route.upstream.empty()) return {route.upstream, {}};
    Choice choice;
    std::string key;
    if (route.sticky && route.sticky->kind == model::Stickiness::Kind::header) {
        if (const auto value = request.header(route.sticky->name)) key = *value;
    } else if (route.sticky) {
        if (const auto values = request.cookie_values(route.sticky->name); !values.empty()) key = values.front();
    }
    if (key.empty()) {
        key = random();
        if (route.sticky && route.sticky->kind == model::Stickiness::Kind::cookie)
            choice.new_cookie = route.sticky->name + '=' + key + "; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax";
    }
    const Split split(route.split);
    if (const auto index = split.choose(key, [&](std::size_t i) { return usable(route.split[i].target); }))
        choice.target = route.split[*index].target;
    return choice;
}

}  // namespace faasd::gateway
