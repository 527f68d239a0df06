#include "gateway/router.hpp"

#include <set>

#include "base/text.hpp"

namespace faasd::gateway {

Router::Router(const std::vector<model::RouteDefinition>& routes) {
    for (const auto& definition : routes) {
        const auto number = static_cast<std::uint32_t>(routes_.size());
        auto names = trie_.add(definition.method, definition.path, number);
        routes_.push_back({definition.method, definition.path, definition.key(), definition.function, std::move(names),
                           definition.authorizer});
    }
}

Router::Match Router::match(std::string_view method, std::string_view raw_path) const {
    Match match;
    PathTrie::Segments raw;
    std::string_view rest = raw_path;
    if (rest.starts_with('/')) rest.remove_prefix(1);
    for (;;) {
        const auto slash = rest.find('/');
        raw.push_back(rest.substr(0, slash));
        if (slash == std::string_view::npos) break;
        rest.remove_prefix(slash + 1);
    }
    PathTrie::Visit visit;
    if (raw_path.find('%') == std::string_view::npos) {
        visit = trie_.find(method, {raw.data(), raw.size()}, {raw.data(), raw.size()});
    } else {
        std::vector<std::string> decoded;
        decoded.reserve(raw.size());
        for (const auto segment : raw) {
            auto text = base::percent_decode(segment);
            if (!text) {
                match.kind = Match::Kind::bad_path;
                return match;
            }
            decoded.push_back(std::move(*text));
        }
        const PathTrie::Segments views(decoded.begin(), decoded.end());
        visit = trie_.find(method, {views.data(), views.size()}, {raw.data(), raw.size()});
    }
    if (visit.number != PathTrie::kNone) {
        match.kind = Match::Kind::found;
        match.route = &routes_[visit.number];
        match.values = std::move(visit.values);
    } else if (!visit.methods.empty()) {
        match.kind = Match::Kind::method_not_allowed;
        match.allow = allowed(visit);
    }
    return match;
}

std::string Router::allowed(const PathTrie::Visit& visit) const {
    std::set<std::string_view> methods(visit.methods.begin(), visit.methods.end());
    if (methods.contains("GET")) methods.insert("HEAD");
    methods.insert("OPTIONS");
    std::string text;
    for (const auto method : methods) text.append(text.empty() ? "" : ", ").append(method);
    return text;
}

}  // namespace faasd::gateway
